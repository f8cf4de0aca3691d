// RFC 6929: extended and long extended attributes, TLVs, vendors inside; both directions.

#include "protocols/radius/extended.h"

#include <gtest/gtest.h>

#include "protocols/radius/assign.h"
#include "protocols/radius/dictionary_reader.h"
#include "protocols/radius/value.h"
#include "support/radius_digests.h"
#include "support/radius_octets.h"

namespace postern::radius {
namespace {

using test::from_hex_text;
using test::octets_of;
using test::raw_packet;

constexpr std::string_view kText = R"(
VENDOR Example 32473
ATTRIBUTE Extended-Vendor-Specific-1 241.26 evs
ATTRIBUTE Extended-Vendor-Specific-5 245.26 evs
ATTRIBUTE Short-Text 241.1 string
ATTRIBUTE Short-Group 241.2 tlv
ATTRIBUTE Short-Inner 241.2.3 integer
ATTRIBUTE Short-Deeper 241.2.4.5 string
ATTRIBUTE Long-Text 245.1 string
ATTRIBUTE Wide-Number 241.4 integer64
BEGIN-VENDOR Example format=Extended-Vendor-Specific-1
ATTRIBUTE Example-Short 4 string
END-VENDOR Example
BEGIN-VENDOR Example format=Extended-Vendor-Specific-5
ATTRIBUTE Example-Long 6 string
END-VENDOR Example
BEGIN-VENDOR Example
ATTRIBUTE Example-Plain-Tlv 9.1 string
END-VENDOR Example
)";

class RadiusExtended : public ::testing::Test {
 protected:
  RadiusExtended() {
    const auto error =
        read_dictionary(kText, "test", dictionary, [](auto, auto) { return std::nullopt; });
    EXPECT_FALSE(error) << error->what;
  }
  // What stands behind the header after sending this attribute; "" = it was not taken.
  Octets sent(std::string_view name, std::string_view text) {
    const AttributeEntry* attribute = dictionary.attribute(name);
    EXPECT_NE(attribute, nullptr) << name;
    EXPECT_TRUE(can_send(dictionary, *attribute)) << name;
    const auto value = encode_value(dictionary, *attribute, text);
    EXPECT_TRUE(value) << name;
    Writer writer(Code::access_accept, 1, Writer::Lead::none);
    const Authenticator request{};
    if (!assign(writer, *attribute, 0, *value, {request, {}, 0, digests})) return {};
    packet_ = std::move(writer).finish_reply(request, {}, digests);
    return {packet_.begin() + kHeaderSize, packet_.end()};
  }
  std::vector<ExtendedAttribute> back() {
    const auto packet = decode_packet(packet_);
    return packet ? extended_attributes(*packet) : std::vector<ExtendedAttribute>();
  }

  Dictionary dictionary;
  test::PlainDigests digests;
  Octets packet_;
};

// RFC 6929 9: type 241, length, extended type, value.
TEST_F(RadiusExtended, Rfc6929_2_1_OneOctetOfTypeMore) {
  EXPECT_EQ(sent("Short-Text", "bob"), from_hex_text("f1 06 01 62 6f 62"));
  const auto found = back();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].type, 241);
  EXPECT_EQ(found[0].extended_type, 1);
  EXPECT_EQ(found[0].value, octets_of("bob"));
  EXPECT_TRUE(sent("Short-Text", std::string(253, 'x')).empty()) << "252 octets fit";
  EXPECT_EQ(sent("Short-Text", std::string(252, 'x')).size(), 255U);
}

TEST_F(RadiusExtended, Rfc6929_2_2_TheMoreFlagJoins) {
  EXPECT_EQ(sent("Long-Text", "bob"), from_hex_text("f5 07 01 00 62 6f 62"));
  const std::string text(600, 'y');
  const Octets octets = sent("Long-Text", text);
  ASSERT_EQ(octets.size(), 600U + 3 * 4);
  EXPECT_EQ(octets[1], 255);
  EXPECT_EQ(octets[3], 0x80);
  EXPECT_EQ(octets[255 + 3], 0x80);
  EXPECT_EQ(octets[510 + 3], 0);
  const auto found = back();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, octets_of(text));
}

TEST_F(RadiusExtended, Rfc6929_2_3_TlvsAreNested) {
  EXPECT_EQ(sent("Short-Inner", "7"), from_hex_text("f1 09 02 03 06 00 00 00 07"));
  EXPECT_EQ(sent("Short-Deeper", "ab"), from_hex_text("f1 09 02 04 06 05 04 61 62"));
  const auto found = back();
  const auto outer = tlvs(found.at(0).value);
  ASSERT_TRUE(outer);
  EXPECT_EQ(outer->at(0).type, 4);
  EXPECT_EQ(tlvs(outer->at(0).value)->at(0).type, 5);
  EXPECT_EQ(sent("Example-Plain-Tlv", "ab"), from_hex_text("1a 0c 00 00 7e d9 09 06 01 04 61 62"));
}

TEST_F(RadiusExtended, Rfc6929_2_3_TlvLengthsAreChecked) {
  EXPECT_TRUE(tlvs(from_hex_text("")).has_value());
  for (const char* wrong : {"01", "0102", "0100aa", "0104aa", "0103aa05"}) {
    EXPECT_FALSE(tlvs(from_hex_text(wrong)).has_value()) << wrong;
  }
}

TEST_F(RadiusExtended, Rfc6929_2_4_VendorsInside) {
  EXPECT_EQ(sent("Example-Short", "test"), from_hex_text("f1 0c 1a 00 00 7e d9 04 74 65 73 74"));
  auto found = back();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].vendor, 32473U);
  EXPECT_EQ(found[0].vendor_type, 4);
  EXPECT_EQ(found[0].value, octets_of("test"));
  const std::string text(400, 'z');
  sent("Example-Long", text);
  found = back();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].vendor_type, 6);
  EXPECT_EQ(found[0].value, octets_of(text));
}

TEST_F(RadiusExtended, Rfc6929_2_5_Integer64) {
  EXPECT_EQ(sent("Wide-Number", "0x100000002"), from_hex_text("f1 0b 04 00 00 00 01 00 00 00 02"));
}

TEST_F(RadiusExtended, Rfc6929_2_8_WhatIsWrongIsLeftOutAndThePacketLives) {
  const auto read = [](std::vector<test::RawAttribute> attributes) {
    attributes.push_back({241, octets_of("\x01ok")});
    const Octets octets = raw_packet(1, 1, {}, attributes);
    const auto packet = decode_packet(octets);
    EXPECT_TRUE(packet);
    const auto found = extended_attributes(*packet);
    EXPECT_FALSE(found.empty());
    return found.size();
  };
  EXPECT_EQ(read({{241, {1}}}), 1U) << "no value";
  EXPECT_EQ(read({{245, {1, 0}}}), 1U) << "no value behind the flags";
  EXPECT_EQ(read({{245, {1, 0x80, 'x'}}}), 1U) << "more is announced and does not come";
  EXPECT_EQ(read({{245, {1, 0x80, 'x'}}, {245, {2, 0, 'y'}}}), 2U) << "another type is no more";
  EXPECT_EQ(read({{245, {1, 0x80, 'x'}}, {245, {1, 0, 'y'}}}), 2U);
  EXPECT_EQ(read({{241, {26, 0, 0, 0, 9, 1}}}), 1U) << "a vendor's attribute without a value";
  EXPECT_EQ(read({{241, {26, 1, 0, 0, 9, 1, 1}}}), 1U) << "the first octet of a vendor is zero";
}

TEST_F(RadiusExtended, WhatDoesNotFitIsNotSentInHalf) {
  Writer writer(Code::access_accept, 1, Writer::Lead::none);
  for (int i = 0; i < 15; ++i)
    ASSERT_TRUE(writer.add(type::class_, octets_of(std::string(253, 'c'))));
  const std::size_t room = writer.room();
  EXPECT_FALSE(add_extended(writer, 245, 1, octets_of(std::string(1000, 'x'))));
  EXPECT_EQ(writer.room(), room);
}

TEST_F(RadiusExtended, AVendorIsHeldByItsOwnKindAlone) {
  Dictionary other;
  const auto error = read_dictionary(
      "VENDOR Example 32473\nATTRIBUTE Text 1 string\nBEGIN-VENDOR Example format=Text\n", "test",
      other, [](auto, auto) { return std::nullopt; });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->line, 3U);
}

}  // namespace
}  // namespace postern::radius
