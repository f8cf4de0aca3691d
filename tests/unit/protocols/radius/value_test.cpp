#include "protocols/radius/value.h"

#include <gtest/gtest.h>

#include "protocols/radius/dictionary_reader.h"

namespace postern::radius {
namespace {

class RadiusValue : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto error = read_dictionary(
        "ATTRIBUTE Text 1 string\nATTRIBUTE Raw 2 octets\nATTRIBUTE Int 3 integer\n"
        "ATTRIBUTE Byte 4 byte\nATTRIBUTE Short 5 short\nATTRIBUTE Signed 6 signed\n"
        "ATTRIBUTE Long 7 integer64\nATTRIBUTE Four 8 ipaddr\nATTRIBUTE Six 9 ipv6addr\n"
        "ATTRIBUTE Four-Prefix 10 ipv4prefix\nATTRIBUTE Six-Prefix 11 ipv6prefix\n"
        "ATTRIBUTE Ifid 12 ifid\nATTRIBUTE Mac 13 ether\nATTRIBUTE Tagged 14 integer has_tag\n"
        "ATTRIBUTE When 15 date\nATTRIBUTE Nest 16 tlv\nVALUE Int Seven 7\n",
        "test", dictionary, [](auto, auto) { return std::nullopt; });
    ASSERT_FALSE(error.has_value());
  }
  std::string round(std::string_view name, std::string_view text) {
    const AttributeEntry& entry = *dictionary.attribute(name);
    const auto octets = encode_value(dictionary, entry, text);
    if (!octets) return std::string(octets.error().what);
    return show_hex(*octets) + " " + show_value(dictionary, entry, *octets);
  }
  bool refused(std::string_view name, std::string_view text) {
    return !encode_value(dictionary, *dictionary.attribute(name), text).ok();
  }
  Dictionary dictionary;
};

TEST_F(RadiusValue, EveryTypeGoesThereAndBack) {
  EXPECT_EQ(round("Text", "hi"), "0x6869 hi");
  EXPECT_EQ(round("Raw", "0x00ff"), "0x00ff 0x00ff");
  EXPECT_EQ(round("Raw", "hi"), "0x6869 0x6869");
  EXPECT_EQ(round("Int", "seven"), "0x00000007 Seven");
  EXPECT_EQ(round("Int", "4294967295"), "0xffffffff 4294967295");
  EXPECT_EQ(round("Byte", "255"), "0xff 255");
  EXPECT_EQ(round("Short", "0x102"), "0x0102 258");
  EXPECT_EQ(round("Signed", "-2"), "0xfffffffe -2");
  EXPECT_EQ(round("Long", "18446744073709551615"), "0xffffffffffffffff 18446744073709551615");
  EXPECT_EQ(round("Four", "192.0.2.7"), "0xc0000207 192.0.2.7");
  EXPECT_EQ(round("Six", "2001:db8::1"), "0x20010db8000000000000000000000001 2001:db8::1");
  EXPECT_EQ(round("Ifid", "1:2:3:4"), "0x0001000200030004 0001:0002:0003:0004");
  EXPECT_EQ(round("Mac", "00:11:22:33:44:55"), "0x001122334455 00:11:22:33:44:55");
  EXPECT_EQ(round("When", "1700000000"), "0x6553f100 1700000000");
}

TEST_F(RadiusValue, Rfc3162_2_3_APrefixHasNoBitsBehindItsLength) {
  EXPECT_EQ(round("Six-Prefix", "2001:db8:ffff::/33"), "0x002120010db880 2001:db8:8000::/33");
  EXPECT_EQ(round("Six-Prefix", "::/0"), "0x0000 ::/0");
  EXPECT_EQ(round("Four-Prefix", "10.1.255.9/20"), "0x00140a01f000 10.1.240.0/20");
  EXPECT_EQ(round("Four-Prefix", "10.1.2.3"), "0x00200a010203 10.1.2.3/32");
}

TEST_F(RadiusValue, Rfc2868_3_1_ATaggedNumberHasThreeOctets) {
  EXPECT_FALSE(refused("Tagged", "16777215"));
  EXPECT_TRUE(refused("Tagged", "16777216"));
}

TEST_F(RadiusValue, WrongTextIsRefusedWithASentence) {
  EXPECT_TRUE(refused("Text", ""));
  EXPECT_TRUE(refused("Text", std::string(254, 'x')));
  EXPECT_TRUE(refused("Raw", "0xf"));
  EXPECT_TRUE(refused("Raw", "0xzz"));
  EXPECT_TRUE(refused("Raw", "0x"));
  EXPECT_TRUE(refused("Int", "eight"));
  EXPECT_TRUE(refused("Int", "4294967296"));
  EXPECT_TRUE(refused("Int", "-1"));
  EXPECT_TRUE(refused("Byte", "256"));
  EXPECT_TRUE(refused("Signed", "2147483648"));
  EXPECT_TRUE(refused("Four", "192.0.2"));
  EXPECT_TRUE(refused("Six", "192.0.2.1"));
  EXPECT_TRUE(refused("Six-Prefix", "2001:db8::/129"));
  EXPECT_TRUE(refused("Four-Prefix", "10.0.0.0/x"));
  EXPECT_TRUE(refused("Ifid", "1:2:3"));
  EXPECT_TRUE(refused("Mac", "00:11:22:33:44:55:66"));
  EXPECT_TRUE(refused("Mac", "00:11:22:33:44:555"));
  EXPECT_TRUE(refused("Nest", "x"));
}

TEST_F(RadiusValue, OctetsThatDoNotFitAreShownAsHex) {
  EXPECT_EQ(show_value(dictionary, *dictionary.attribute("Int"), Octets{1, 2}), "0x0102");
  EXPECT_EQ(show_value(dictionary, *dictionary.attribute("Four"), Octets{1}), "0x01");
  EXPECT_EQ(show_value(dictionary, *dictionary.attribute("Six-Prefix"), Octets{0, 200}), "0x00c8");
  EXPECT_EQ(show_value(dictionary, *dictionary.attribute("Mac"), Octets{}), "0x");
}

}  // namespace
}  // namespace postern::radius
