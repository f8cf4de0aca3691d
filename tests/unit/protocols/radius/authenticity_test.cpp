#include "protocols/radius/authenticity.h"

#include <gtest/gtest.h>

#include "protocols/radius/encode.h"
#include "tests/support/radius_digests.h"
#include "tests/support/radius_octets.h"

namespace postern::radius {
namespace {

const OctetView kSecret = as_octets("xyzzy5461");

class RadiusAuthenticity : public ::testing::Test {
 protected:
  test::PlainDigests digests;

  Authenticator authenticator_of(const Octets& octets) {
    Authenticator out{};
    std::copy_n(octets.begin() + 4, out.size(), out.begin());
    return out;
  }
};

TEST_F(RadiusAuthenticity, Rfc2865_7_ResponseAuthenticatorsOfTheExamples) {
  const struct {
    const char* request_authenticator;
    const char* response;
  } cases[] = {
      {"0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a",
       "02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2 06 06 00 00 00 01 0f 06 00 00 "
       "00 00 0e 06 c0 a8 01 03"},
      {"f3 a4 7a 1f 6a 6d 76 71 0b 94 7a b9 30 41 a0 39",
       "0b 02 00 4e 36 f3 c8 76 4a e8 c7 11 57 40 3c 0c 71 ff 9c 45 12 30 43 68 61 6c 6c 65 6e 67 "
       "65 20 33 32 37 36 39 34 33 30 2e 20 20 45 6e 74 65 72 20 72 65 73 70 6f 6e 73 65 20 61 74 "
       "20 70 72 6f 6d 70 74 2e 18 0a 33 32 37 36 39 34 33 30"},
  };
  for (const auto& one : cases) {
    Authenticator request{};
    const Octets header = test::from_hex_text(one.request_authenticator);
    std::copy(header.begin(), header.end(), request.begin());
    const Octets octets = test::from_hex_text(one.response);
    const auto reply = decode_packet(octets);
    ASSERT_TRUE(reply.ok());
    EXPECT_TRUE(check_response_authenticator(*reply, request, kSecret, digests));
    EXPECT_FALSE(check_response_authenticator(*reply, request, as_octets("other"), digests));
  }
}

TEST_F(RadiusAuthenticity, Rfc5997_6_1_StatusServerAndItsAnswer) {
  const Octets octets = test::from_hex_text(
      "0c da 00 26 8a 54 f4 68 6f b3 94 c5 28 66 e3 02 18 5d 06 23 50 12 5a 66 5e 2e 1e 84 11 f3 "
      "e2 43 82 20 97 c8 4f a3");
  const auto request = decode_packet(octets);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(check_message_authenticator(*request, kSecret, digests), MacCheck::right);
  EXPECT_EQ(check_message_authenticator(*request, as_octets("other"), digests), MacCheck::wrong);

  const Octets answer =
      test::from_hex_text("02 da 00 14 ef 0d 55 2a 4b f2 d6 93 ec 2b 6f e8 b5 41 1d 66");
  const auto reply = decode_packet(answer);
  ASSERT_TRUE(reply.ok());
  EXPECT_TRUE(check_response_authenticator(*reply, request->authenticator, kSecret, digests));
}

TEST_F(RadiusAuthenticity, Rfc5997_6_3_AVerboseQueryAndItsAnswer) {
  const Octets octets = test::from_hex_text(
      "0c 47 00 2c bf 58 de 56 ae 40 8a d3 b7 0c 85 13 f9 b0 3f be 04 06 c0 00 02 10 50 12 85 2d "
      "6f ec 61 e7 ed 74 b8 e3 2d ac 2f 2a 5f b2");
  const auto request = decode_packet(octets);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(check_message_authenticator(*request, kSecret, digests), MacCheck::right);
  const Octets answer = test::from_hex_text(
      "02 47 00 34 46 f4 3e 62 fd 03 54 42 4c bb eb fd 6d 21 4e 06 12 20 52 41 44 49 55 53 20 53 "
      "65 72 76 65 72 20 75 70 20 32 20 64 61 79 73 2c 20 31 38 3a 34 30");
  const auto reply = decode_packet(answer);
  ASSERT_TRUE(reply.ok());
  EXPECT_TRUE(check_response_authenticator(*reply, request->authenticator, kSecret, digests));
  EXPECT_EQ(reply->text(type::reply_message), "RADIUS Server up 2 days, 18:40");
}

TEST_F(RadiusAuthenticity, Rfc3579_3_2_EveryChangedOctetIsNoticed) {
  Writer writer(Code::access_request, 9, Writer::Lead::message_authenticator);
  ASSERT_TRUE(writer.add(type::user_name, "alice"));
  const Octets good = std::move(writer).finish_request(Authenticator{1, 2, 3}, kSecret, digests);
  for (std::size_t at = 4; at < good.size(); ++at) {
    Octets bad = good;
    bad[at] ^= 1;
    const auto packet = decode_packet(bad);
    if (!packet.ok()) continue;
    EXPECT_NE(check_message_authenticator(*packet, kSecret, digests), MacCheck::right) << at;
  }
}

TEST_F(RadiusAuthenticity, Rfc3579_3_2_TwoOrOddSizedMacsAreWrong) {
  const Octets twice = test::raw_packet(
      1, 1, {},
      {{type::message_authenticator, Octets(16, 0)}, {type::message_authenticator, Octets(16, 0)}});
  EXPECT_EQ(check_message_authenticator(*decode_packet(twice), kSecret, digests), MacCheck::wrong);
  const Octets odd = test::raw_packet(1, 1, {}, {{type::message_authenticator, Octets(15, 0)}});
  EXPECT_EQ(check_message_authenticator(*decode_packet(odd), kSecret, digests), MacCheck::wrong);
  const Octets none = test::raw_packet(1, 1, {}, {});
  EXPECT_EQ(check_message_authenticator(*decode_packet(none), kSecret, digests), MacCheck::absent);
}

TEST_F(RadiusAuthenticity, Rfc2866_3_RequestAuthenticatorOfAccounting) {
  Writer writer(Code::accounting_request, 3, Writer::Lead::message_authenticator);
  ASSERT_TRUE(writer.add(type::acct_session_id, "s-1"));
  const Octets good = std::move(writer).finish_signed_request(kSecret, digests);
  const auto packet = decode_packet(good);
  ASSERT_TRUE(packet.ok());
  EXPECT_TRUE(check_request_authenticator(*packet, kSecret, digests));
  EXPECT_EQ(check_message_authenticator(*packet, kSecret, digests), MacCheck::right);
  EXPECT_FALSE(check_request_authenticator(*packet, as_octets("other"), digests));
  Octets bad = good;
  bad.back() ^= 1;
  EXPECT_FALSE(check_request_authenticator(*decode_packet(bad), kSecret, digests));
}

TEST_F(RadiusAuthenticity, ConstantTimeComparisonCompares) {
  EXPECT_TRUE(equal_octets(Octets{1, 2}, Octets{1, 2}));
  EXPECT_FALSE(equal_octets(Octets{1, 2}, Octets{1, 3}));
  EXPECT_FALSE(equal_octets(Octets{1, 2}, Octets{1}));
}

}  // namespace
}  // namespace postern::radius
