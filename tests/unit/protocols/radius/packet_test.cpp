#include "protocols/radius/packet.h"

#include <gtest/gtest.h>

#include "tests/support/radius_octets.h"

namespace postern::radius {
namespace {

using test::octets_of;
using test::raw_packet;

constexpr Authenticator kAuthenticator{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

Octets request(const std::vector<test::RawAttribute>& attributes) {
  return raw_packet(1, 7, kAuthenticator, attributes);
}

TEST(RadiusPacket, Rfc2865_7_1_TheExampleDecodes) {
  const Octets octets = test::from_hex_text(
      "01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be "
      "70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03");
  const auto packet = decode_packet(octets);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->code, Code::access_request);
  EXPECT_EQ(packet->text(type::user_name), "nemo");
  EXPECT_EQ(packet->number(type::nas_port), 3U);
  ASSERT_EQ(packet->attributes.size(), 4U);
}

TEST(RadiusPacket, Rfc2865_3_ShorterThanAHeaderIsDiscarded) {
  EXPECT_FALSE(decode_packet(Octets(19, 0)).ok());
  EXPECT_FALSE(decode_packet({}).ok());
}

TEST(RadiusPacket, Rfc2865_3_LengthBelow20OrAbove4096IsDiscarded) {
  Octets octets = request({});
  octets[3] = 19;
  EXPECT_FALSE(decode_packet(octets).ok());
  octets.resize(5000, 0);
  octets[2] = 0x10;
  octets[3] = 0x01;  // 4097
  EXPECT_FALSE(decode_packet(octets).ok());
}

TEST(RadiusPacket, Rfc2865_3_ShorterThanLengthSaysIsDiscarded) {
  Octets octets = request({{type::user_name, octets_of("alice")}});
  octets.pop_back();
  EXPECT_FALSE(decode_packet(octets).ok());
}

TEST(RadiusPacket, Rfc2865_3_OctetsBehindLengthAreIgnored) {
  Octets octets = request({{type::user_name, octets_of("alice")}});
  const std::size_t length = octets.size();
  octets.resize(length + 40, 0xff);
  const auto packet = decode_packet(octets);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->octets.size(), length);
  EXPECT_EQ(packet->attributes.size(), 1U);
}

TEST(RadiusPacket, Rfc2865_3_AnUnknownCodeIsDiscarded) {
  for (const int code : {0, 6, 10, 13, 39, 46, 255}) {
    EXPECT_FALSE(
        decode_packet(raw_packet(static_cast<std::uint8_t>(code), 1, kAuthenticator, {})).ok())
        << code;
  }
}

TEST(RadiusPacket, Rfc2865_5_AnAttributeLengthBelowTwoDiscardsThePacket) {
  for (const std::uint8_t size : {std::uint8_t{0}, std::uint8_t{1}}) {
    Octets octets = request({{type::user_name, octets_of("alice")}});
    octets[kHeaderSize + 1] = size;
    EXPECT_FALSE(decode_packet(octets).ok());
  }
}

TEST(RadiusPacket, Rfc2866_3_AnAttributeBeyondThePacketDiscardsIt) {
  Octets octets = request({{type::user_name, octets_of("alice")}});
  octets[kHeaderSize + 1] = 8;
  EXPECT_FALSE(decode_packet(octets).ok());
}

TEST(RadiusPacket, Rfc2865_5_AHeaderCutInHalfDiscardsThePacket) {
  Octets octets = request({{type::user_name, octets_of("alice")}});
  octets.push_back(type::reply_message);
  octets[3] = static_cast<std::uint8_t>(octets.size());
  EXPECT_FALSE(decode_packet(octets).ok());
}

TEST(RadiusPacket, Rfc2865_5_EmptyValuesAndEmbeddedNulsAreKept) {
  const Octets value{'a', 0, 'b'};
  const Octets octets = request({{type::eap_message, {}}, {type::user_name, value}});
  const auto packet = decode_packet(octets);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->text(type::user_name), std::string_view("a\0b", 3));
  ASSERT_NE(packet->find(type::eap_message), nullptr);
  EXPECT_TRUE(packet->find(type::eap_message)->value.empty());
}

TEST(RadiusPacket, AtMostTwoHundredAttributes) {
  std::vector<test::RawAttribute> many(kMaxAttributes, {type::reply_message, {'x'}});
  const Octets full = request(many);
  EXPECT_TRUE(decode_packet(full).ok());
  many.push_back({type::reply_message, {'x'}});
  EXPECT_FALSE(decode_packet(request(many)).ok());
}

TEST(RadiusPacket, Rfc2865_5_26_UnknownVendorAttributesSurvive) {
  const Octets value{0, 0, 0x30, 0x39, 1, 4, 'h', 'i', 200, 3, 'x'};
  const Octets octets = request({{type::vendor_specific, value}, {250, {1, 2}}});
  const auto packet = decode_packet(octets);
  ASSERT_TRUE(packet.ok());
  const auto found = vendor_attributes(packet->attributes[0].value);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].vendor, 12345U);
  EXPECT_EQ(as_text(found[0].value), "hi");
  EXPECT_EQ(found[1].type, 200);
}

TEST(RadiusPacket, Rfc2865_5_26_AVendorValueOfAnotherFormIsLeftAlone) {
  EXPECT_TRUE(vendor_attributes(Octets{0, 0, 0, 9}).empty());
  EXPECT_TRUE(vendor_attributes(Octets{0, 0, 0, 9, 1, 1}).empty());
  EXPECT_TRUE(vendor_attributes(Octets{0, 0, 0, 9, 1, 9, 'x'}).empty());
  EXPECT_TRUE(vendor_attributes(Octets{1, 0, 0, 9, 1, 3, 'x'}).empty());
}

TEST(RadiusPacket, ANumberHasFourOctets) {
  const Octets octets = request({{type::nas_port, {1, 2, 3}}, {type::service_type, {0, 0, 1, 2}}});
  const auto packet = decode_packet(octets);
  ASSERT_TRUE(packet.ok());
  EXPECT_FALSE(packet->number(type::nas_port).has_value());
  EXPECT_EQ(packet->number(type::service_type), 258U);
  EXPECT_FALSE(packet->number(type::session_timeout).has_value());
}

}  // namespace
}  // namespace postern::radius
