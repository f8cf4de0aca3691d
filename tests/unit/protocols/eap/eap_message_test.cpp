#include "protocols/radius/eap_message.h"

#include <gtest/gtest.h>

#include "tests/support/radius_digests.h"

namespace postern::radius {
namespace {

Octets packet_with(const Octets& eap, bool split = false) {
  test::PlainDigests digests;
  Writer writer(Code::access_request, 1, Writer::Lead::message_authenticator);
  EXPECT_TRUE(add_eap_message(writer, eap));
  if (split) {
    writer.add(type::user_name, std::string_view("x"));
    EXPECT_TRUE(add_eap_message(writer, Octets{1}));
  }
  return std::move(writer).finish_request({}, as_octets("s"), digests);
}

TEST(RadiusEap, Rfc3579_3_1_OnePacketInAsManyAttributesAsItTakes) {
  for (const std::size_t size : {1U, 253U, 254U, 1020U, 3900U}) {
    const Octets eap(size, 'e');
    const Octets octets = packet_with(eap);
    const auto packet = decode_packet(octets);
    ASSERT_TRUE(packet.ok());
    EXPECT_EQ(packet->count(type::eap_message), (size + 252) / 253);
    const auto joined = join_eap_message(*packet);
    ASSERT_TRUE(joined.ok());
    EXPECT_EQ(*joined, eap);
  }
}

TEST(RadiusEap, Rfc3579_3_1_AttributesApartAreNotJoined) {
  const Octets octets = packet_with(Octets(300, 'e'), true);
  EXPECT_FALSE(join_eap_message(*decode_packet(octets)).ok());
}

TEST(RadiusEap, Rfc3579_3_1_WhatDoesNotFitIsNotSent) {
  Writer writer(Code::access_challenge, 1, Writer::Lead::message_authenticator);
  EXPECT_FALSE(add_eap_message(writer, Octets(4100, 'e')));
}

TEST(RadiusEap, Rfc3579_2_6_5_NoReplyMessageBesideEap) {
  Writer writer(Code::access_accept, 1, Writer::Lead::message_authenticator);
  EXPECT_TRUE(writer.admits(0, type::reply_message));
  EXPECT_TRUE(writer.admits(0, type::user_name));
  add_eap_message(writer, Octets{3, 1, 0, 4});
  writer.add(type::user_name, std::string_view("alice"));
  EXPECT_FALSE(writer.admits(0, type::reply_message));
  EXPECT_FALSE(writer.admits(0, type::user_name));
  EXPECT_TRUE(writer.admits(14988, type::reply_message));
}

}  // namespace
}  // namespace postern::radius
