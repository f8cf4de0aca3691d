#include "protocols/eap/packet.h"

#include <gtest/gtest.h>

namespace postern::eap {
namespace {

std::string text(OctetView octets) { return {octets.begin(), octets.end()}; }

TEST(EapPacket, Rfc3748_4_1_RequestsAndResponsesCarryAType) {
  const Octets octets = encode_response(7, type::identity, Octets{'b', 'o', 'b'});
  EXPECT_EQ(octets, (Octets{2, 7, 0, 8, 1, 'b', 'o', 'b'}));
  const auto packet = decode_packet(octets);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->code, Code::response);
  EXPECT_EQ(packet->identifier, 7);
  EXPECT_EQ(packet->type, type::identity);
  EXPECT_EQ(text(packet->data), "bob");
}

TEST(EapPacket, Rfc3748_4_2_SuccessAndFailureAreFourOctets) {
  EXPECT_EQ(encode_success(9), (Octets{3, 9, 0, 4}));
  EXPECT_EQ(encode_failure(9), (Octets{4, 9, 0, 4}));
  ASSERT_TRUE(decode_packet(encode_success(9)).ok());
  EXPECT_EQ(decode_packet(encode_success(9))->type, 0);
}

TEST(EapPacket, Rfc3748_4_OctetsBehindLengthArePadding) {
  Octets octets = encode_request(1, type::gtc, Octets{'x'});
  octets.resize(octets.size() + 9, 0xee);
  const auto packet = decode_packet(octets);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(text(packet->data), "x");
}

TEST(EapPacket, Rfc3748_4_LengthsThatLieAreRefused) {
  for (const Octets& octets :
       {Octets{}, Octets{2}, Octets{2, 1, 0}, Octets{2, 1, 0, 4}, Octets{2, 1, 0, 3, 1},
        Octets{2, 1, 0, 6, 1}, Octets{2, 1, 0xff, 0xff, 1}, Octets{3, 1, 0, 3},
        Octets{0, 1, 0, 5, 1}, Octets{5, 1, 0, 5, 1}}) {
    EXPECT_FALSE(decode_packet(octets).ok()) << octets.size();
  }
}

TEST(EapPacket, Rfc3748_5_1_IdentityEndsAtANul) {
  const Octets octets = encode_response(1, type::identity, Octets{'a', 'b', 0, 'x', '=', '1'});
  EXPECT_EQ(identity_of(*decode_packet(octets)), "ab");
  const Octets none = encode_response(1, type::identity, {});
  EXPECT_EQ(identity_of(*decode_packet(none)), "");
}

}  // namespace
}  // namespace postern::eap
