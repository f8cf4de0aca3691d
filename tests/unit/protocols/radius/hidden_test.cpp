#include "protocols/radius/hidden.h"

#include <gtest/gtest.h>

#include <string>

#include "protocols/radius/packet.h"
#include "tests/support/radius_digests.h"
#include "tests/support/radius_octets.h"

namespace postern::radius {
namespace {

const OctetView kSecret = as_octets("xyzzy5461");

class RadiusHidden : public ::testing::Test {
 protected:
  test::PlainDigests digests;
  Authenticator authenticator{};

  void use(const char* hex) {
    const Octets octets = test::from_hex_text(hex);
    std::copy(octets.begin(), octets.end(), authenticator.begin());
  }
};

TEST_F(RadiusHidden, Rfc2865_7_1_TheExamplePassword) {
  use("0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a");
  const Octets hidden = test::from_hex_text("0d be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee");
  EXPECT_EQ(hide_password(as_octets("arctangent"), authenticator, kSecret, digests), hidden);
  const auto plain = reveal_password(hidden, authenticator, kSecret, digests);
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(as_text(*plain), "arctangent");
}

TEST_F(RadiusHidden, Rfc2865_7_3_TheExampleWithAChallenge) {
  use("f3 a4 7a 1f 6a 6d 76 71 0b 94 7a b9 30 41 a0 39");
  const auto plain =
      reveal_password(test::from_hex_text("33 65 75 73 77 82 89 b5 70 88 5e 15 08 48 25 c5"),
                      authenticator, kSecret, digests);
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(as_text(*plain), "challenge");
}

TEST_F(RadiusHidden, Rfc2865_5_2_EverySizeUpTo128GoesThere_AndBack) {
  for (std::size_t size = 0; size <= kMaxPassword; ++size) {
    const std::string text(size, 'p');
    const Octets hidden = hide_password(as_octets(text), authenticator, kSecret, digests);
    EXPECT_EQ(hidden.size(), std::max<std::size_t>(16, (size + 15) / 16 * 16));
    const auto plain = reveal_password(hidden, authenticator, kSecret, digests);
    ASSERT_TRUE(plain.has_value());
    EXPECT_EQ(as_text(*plain), text);
  }
}

TEST_F(RadiusHidden, Rfc2865_5_2_OddLengthsAreNoPassword) {
  for (const std::size_t size : {0, 1, 15, 17, 127, 129, 144}) {
    EXPECT_FALSE(reveal_password(Octets(size, 1), authenticator, kSecret, digests)) << size;
  }
}

TEST_F(RadiusHidden, Rfc2868_3_5_SaltedValuesGoThereAndBack) {
  for (const std::size_t size : {0, 1, 15, 16, 32, 239}) {
    const Octets key(size, 0x5a);
    const Octets hidden = hide_salted(key, 0x0102, authenticator, kSecret, digests);
    EXPECT_EQ(hidden[0] & 0x80, 0x80) << "the first bit of the salt is set";
    EXPECT_EQ((hidden.size() - 2) % 16, 0U);
    EXPECT_LE(hidden.size(), kMaxValue - 1);
    EXPECT_EQ(reveal_salted(hidden, authenticator, kSecret, digests), key);
  }
}

TEST_F(RadiusHidden, Rfc2868_3_5_TheSaltChangesTheValue) {
  const Octets key(32, 7);
  EXPECT_NE(hide_salted(key, 1, authenticator, kSecret, digests),
            hide_salted(key, 2, authenticator, kSecret, digests));
}

TEST_F(RadiusHidden, Rfc2868_3_5_ImpossibleValuesGiveNothing) {
  const Octets good = hide_salted(Octets(16, 7), 1, authenticator, kSecret, digests);
  Octets no_bit = good;
  no_bit[0] &= 0x7f;
  EXPECT_FALSE(reveal_salted(no_bit, authenticator, kSecret, digests));
  EXPECT_FALSE(
      reveal_salted(Octets(good.begin(), good.end() - 1), authenticator, kSecret, digests));
  EXPECT_FALSE(reveal_salted(Octets{0x80, 1}, authenticator, kSecret, digests));
}

TEST_F(RadiusHidden, Rfc2868_3_5_ALengthOctetBeyondTheValueGivesNothing) {
  Octets wrong = hide_salted(Octets(10, 7), 1, authenticator, kSecret, digests);
  wrong[2] ^= 0x80;  // the length octet, 10 -> 138
  EXPECT_FALSE(reveal_salted(wrong, authenticator, kSecret, digests));
}

}  // namespace
}  // namespace postern::radius
