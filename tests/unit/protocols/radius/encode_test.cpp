#include "protocols/radius/encode.h"

#include <gtest/gtest.h>

#include "protocols/radius/assign.h"
#include "protocols/radius/authenticity.h"
#include "protocols/radius/hidden.h"
#include "tests/support/radius_digests.h"
#include "tests/support/radius_octets.h"

namespace postern::radius {
namespace {

const OctetView kSecret = as_octets("xyzzy5461");
constexpr Authenticator kRequest{9, 8, 7};

class RadiusEncode : public ::testing::Test {
 protected:
  test::PlainDigests digests;
  HidingKey key{kRequest, kSecret, 1, digests};
};

TEST_F(RadiusEncode, Blast01_EveryReplyBeginsWithMessageAuthenticator) {
  for (const Code code : {Code::access_accept, Code::access_reject, Code::access_challenge}) {
    Writer writer(code, 5, Writer::Lead::message_authenticator);
    ASSERT_TRUE(writer.add(type::reply_message, "hello"));
    const Octets octets = std::move(writer).finish_reply(kRequest, kSecret, digests);
    const auto reply = decode_packet(octets);
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->attributes.front().type, type::message_authenticator);
    EXPECT_EQ(check_message_authenticator(*reply, kRequest, kSecret, digests), MacCheck::right);
    EXPECT_TRUE(check_response_authenticator(*reply, kRequest, kSecret, digests));
  }
}

TEST_F(RadiusEncode, Rfc2865_5_44_ARejectHasReplyMessageAndProxyStateAlone) {
  Writer writer(Code::access_reject, 5, Writer::Lead::none);
  EXPECT_TRUE(writer.add(type::reply_message, "no"));
  EXPECT_TRUE(writer.add(type::proxy_state, "p"));
  EXPECT_FALSE(writer.add(type::class_, "c"));
  EXPECT_FALSE(writer.add(type::state, "s"));
  EXPECT_FALSE(writer.add_number(type::session_timeout, 1));
}

TEST_F(RadiusEncode, Rfc2865_4_4_AChallengeHasStateAndTimeouts) {
  Writer writer(Code::access_challenge, 5, Writer::Lead::none);
  EXPECT_TRUE(writer.add(type::state, "s"));
  EXPECT_TRUE(writer.add_number(type::session_timeout, 120));
  EXPECT_FALSE(writer.add(type::class_, "c"));
  EXPECT_FALSE(writer.add(type::user_name, "alice"));
}

TEST_F(RadiusEncode, Rfc2865_5_44_AnAcceptNeverHoldsWhatRequestsHold) {
  Writer writer(Code::access_accept, 5, Writer::Lead::none);
  EXPECT_FALSE(writer.add(type::user_password, Octets(16, 1)));
  EXPECT_FALSE(writer.add(type::acct_session_id, "s"));
  EXPECT_FALSE(writer.add_number(type::nas_port, 1));
  EXPECT_TRUE(writer.add(type::user_name, "alice"));
  EXPECT_TRUE(writer.add_number(85, 600));
}

TEST_F(RadiusEncode, Rfc2869_5_19_WhatTheTablesKeepOutOfAnAccept) {
  Writer writer(Code::access_accept, 5, Writer::Lead::none);
  // Gigawords, Event-Timestamp, ARAP, Password-Retry, Prompt, Connect-Info, NAS-Port-Id.
  for (const int kind : {52, 53, 55, 70, 73, 74, 75, 76, 77, 87}) {
    EXPECT_FALSE(writer.add_number(static_cast<std::uint8_t>(kind), 1)) << kind;
  }
  for (const int kind : {71, 72, 78, 84, 88}) {
    EXPECT_TRUE(writer.add_number(static_cast<std::uint8_t>(kind), 1)) << kind;
  }
}

TEST_F(RadiusEncode, Rfc2865_5_44_WhatStandsThereOnceIsNotAdmittedTwice) {
  Writer writer(Code::access_accept, 5, Writer::Lead::none);
  for (const std::uint8_t kind : {type::session_timeout, type::framed_ip_address}) {
    EXPECT_TRUE(writer.admits(0, kind));
    EXPECT_TRUE(writer.add_number(kind, 60));
    EXPECT_FALSE(writer.admits(0, kind)) << int{kind};
    EXPECT_TRUE(writer.admits(9, kind)) << "a vendor's of the same number";
  }
  EXPECT_TRUE(writer.add(type::class_, "a"));
  EXPECT_TRUE(writer.admits(0, type::class_)) << "0+";
}

TEST_F(RadiusEncode, Rfc2866_4_2_AnAccountingResponseHoldsProxyState) {
  Writer writer(Code::accounting_response, 5, Writer::Lead::none);
  EXPECT_TRUE(writer.add(type::proxy_state, "p"));
  EXPECT_FALSE(writer.add(type::reply_message, "hello"));
}

TEST_F(RadiusEncode, Rfc2865_5_EmptyValuesAreNotSent) {
  Writer writer(Code::access_accept, 5, Writer::Lead::none);
  EXPECT_FALSE(writer.add(type::reply_message, ""));
}

TEST_F(RadiusEncode, Rfc2865_3_NothingPasses4096Octets) {
  Writer writer(Code::access_accept, 5, Writer::Lead::message_authenticator);
  const std::string text(kMaxValue, 'x');
  while (writer.add(type::reply_message, text)) {
  }
  EXPECT_FALSE(writer.add(type::reply_message, std::string(kMaxValue + 1, 'x')));
  const Octets octets = std::move(writer).finish_reply(kRequest, kSecret, digests);
  EXPECT_LE(octets.size(), kMaxPacket);
  EXPECT_TRUE(decode_packet(octets).ok());
}

TEST_F(RadiusEncode, Rfc3580_3_31_AVlanHasThreeTaggedAttributes) {
  const AttributeEntry type_entry{"Tunnel-Type", 0, 64, 0, {}, ValueType::integer, true};
  const AttributeEntry group{"Tunnel-Private-Group-Id", 0, 81, 0, {}, ValueType::text, true};
  Writer writer(Code::access_accept, 5, Writer::Lead::none);
  EXPECT_TRUE(assign(writer, type_entry, 0, Octets{0, 0, 0, 13}, key));
  EXPECT_TRUE(assign(writer, group, 0, as_octets("42"), key));
  EXPECT_TRUE(assign(writer, type_entry, 3, Octets{0, 0, 0, 13}, key));
  EXPECT_TRUE(assign(writer, group, 3, as_octets("42"), key));
  const Octets octets = std::move(writer).finish_reply(kRequest, kSecret, digests);
  const auto reply = decode_packet(octets);
  ASSERT_TRUE(reply.ok());
  ASSERT_EQ(reply->attributes.size(), 4U);
  EXPECT_EQ(reply->number(64), 13U);
  EXPECT_EQ(as_text(reply->attributes[1].value), "42");
  EXPECT_EQ(reply->attributes[2].value[0], 3);
  EXPECT_EQ(as_text(reply->attributes[3].value),
            "\x03"
            "42");
}

TEST_F(RadiusEncode, Rfc2868_3_5_ATunnelPasswordIsHiddenBehindItsTag) {
  const AttributeEntry entry{"Tunnel-Password",      0, 69, 0, {}, ValueType::text, true,
                             Hiding::tunnel_password};
  Writer writer(Code::access_accept, 5, Writer::Lead::none);
  ASSERT_TRUE(assign(writer, entry, 1, as_octets("hush"), key));
  const Octets octets = std::move(writer).finish_reply(kRequest, kSecret, digests);
  const auto reply = decode_packet(octets);
  ASSERT_TRUE(reply.ok());
  const OctetView value = reply->attributes[0].value;
  EXPECT_EQ(value[0], 1);
  const auto plain = reveal_salted(value.subspan(1), kRequest, kSecret, digests);
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(as_text(*plain), "hush");
}

TEST_F(RadiusEncode, Rfc2548_2_4_3_AKeyOfAVendorIsHiddenInVendorSpecific) {
  const AttributeEntry entry{"MS-MPPE-Recv-Key",     311, 17, 0, {}, ValueType::octets, false,
                             Hiding::tunnel_password};
  const Octets secret_key(32, 0x42);
  Writer writer(Code::access_accept, 5, Writer::Lead::none);
  ASSERT_TRUE(assign(writer, entry, 0, secret_key, key));
  const Octets octets = std::move(writer).finish_reply(kRequest, kSecret, digests);
  const auto reply = decode_packet(octets);
  ASSERT_TRUE(reply.ok());
  const auto found = vendor_attributes(reply->attributes[0].value);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].vendor, 311U);
  EXPECT_EQ(found[0].type, 17);
  EXPECT_EQ(reveal_salted(found[0].value, kRequest, kSecret, digests), secret_key);
}

TEST_F(RadiusEncode, WhatCannotBeSentIsSaidBefore) {
  Dictionary dictionary;
  dictionary.add(VendorEntry{"Wide", 429, 2, 2});
  EXPECT_FALSE(can_send(dictionary, {"Wide-One", 429, 1, 0, {}, ValueType::text}));
  EXPECT_FALSE(can_send(dictionary, {"Unknown", 77, 1, 0, {}, ValueType::text}));
  EXPECT_FALSE(can_send(dictionary, {"Sub", 0, 26, 0, {1}, ValueType::text}));
  EXPECT_FALSE(can_send(dictionary, {"Old", 0, 1, 0, {}, ValueType::text, false, Hiding::ascend}));
  EXPECT_TRUE(can_send(dictionary, {"Class", 0, 25, 0, {}, ValueType::octets}));
}

}  // namespace
}  // namespace postern::radius
