#include "core/credentials/totp.h"

#include <gtest/gtest.h>

namespace postern::core {
namespace {

constexpr std::string_view kKey = "12345678901234567890";

TEST(Totp, Rfc6238_AppendixB_Sha1) {
  const std::pair<std::int64_t, const char*> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : vectors) {
    EXPECT_EQ(totp_code(kKey, seconds / 30, 8), code);
    EXPECT_EQ(totp_code(kKey, seconds / 30, 6), std::string(code).substr(2));
    EXPECT_EQ(matching_step(kKey, code, 8, 30, seconds * 1000), seconds / 30);
  }
}

TEST(Totp, Rfc4226_AppendixD_Hotp) {
  const char* codes[] = {"755224", "287082", "359152", "969429", "338314",
                         "254676", "287922", "162583", "399871", "520489"};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(totp_code(kKey, i, 6), codes[i]);
}

TEST(Totp, Rfc6238_5_2_WindowIsOneStepEachWay) {
  const std::int64_t step = 1'000'000;
  const std::string code = totp_code(kKey, step, 6);
  for (const int drift : {-1, 0, 1}) {
    EXPECT_EQ(matching_step(kKey, code, 6, 30, (step + drift) * 30'000), step);
  }
  EXPECT_EQ(matching_step(kKey, code, 6, 30, (step + 2) * 30'000), std::nullopt);
  EXPECT_EQ(matching_step(kKey, code, 6, 30, (step - 2) * 30'000 + 29'999), std::nullopt);
  EXPECT_EQ(matching_step(kKey, code, 6, 60, step * 60'000), step);
}

TEST(Totp, NothingButTheExactDigitsMatches) {
  const std::string code = totp_code(kKey, 5, 6);
  for (const std::string& wrong :
       {code + "0", " " + code, code.substr(1), std::string(), "+" + code.substr(1)}) {
    EXPECT_EQ(matching_step(kKey, wrong, 6, 30, 150'000), std::nullopt);
  }
  EXPECT_EQ(matching_step(kKey, code, 6, 0, 150'000), std::nullopt);
}

TEST(Totp, KeysInHexAndForgivingBase32) {
  EXPECT_EQ(parse_totp_key("3132333435363738393031323334353637383930")->reveal(), kKey);
  const std::string text = base32(kKey);
  EXPECT_EQ(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  EXPECT_EQ(parse_totp_key("base32:" + text)->reveal(), kKey);
  EXPECT_EQ(parse_totp_key("base32:gezd gnbv gy3t qojq GEZDGNBVGY3TQOJQ====")->reveal(), kKey);
  EXPECT_FALSE(parse_totp_key("base32:GEZD1"));
  EXPECT_FALSE(parse_totp_key("zz"));
  EXPECT_FALSE(parse_totp_key("313"));
  EXPECT_FALSE(parse_totp_key(""));
  EXPECT_FALSE(parse_totp_key("313233343536373839"));  // 9 octets
  EXPECT_FALSE(parse_totp_key(std::string(2 * 129, '3')));
}

TEST(Totp, Base32OfRfc4648_10) {
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

TEST(Totp, OtpauthUriEscapes) {
  EXPECT_EQ(
      otpauth_uri("A & B", "jo:e@x", "f", 6, 30),
      "otpauth://totp/"
      "A%20%26%20B:jo%3Ae%40x?secret=MY&issuer=A%20%26%20B&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace postern::core
