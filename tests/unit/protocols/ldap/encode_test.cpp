#include "protocols/ldap/encode.h"

#include <gtest/gtest.h>

#include <array>

#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/oids.h"

namespace postern::ldap {
namespace {

TEST(LdapEncode, ResultIsTheExactOctets) {
  Octets out;
  append_result(out, 1, Op::searchResultDone, {});
  EXPECT_EQ(out, (Octets{0x30, 0x0c, 0x02, 0x01, 0x01, 0x65, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00,
                         0x04, 0x00}));
}

TEST(LdapEncode, N05_EachRequestHasItsOwnResponseType) {
  EXPECT_EQ(response_to(Op::bindRequest), Op::bindResponse);
  EXPECT_EQ(response_to(Op::searchRequest), Op::searchResultDone);
  EXPECT_EQ(response_to(Op::modifyRequest), Op::modifyResponse);
  EXPECT_EQ(response_to(Op::addRequest), Op::addResponse);
  EXPECT_EQ(response_to(Op::delRequest), Op::delResponse);
  EXPECT_EQ(response_to(Op::modDNRequest), Op::modDNResponse);
  EXPECT_EQ(response_to(Op::compareRequest), Op::compareResponse);
  EXPECT_EQ(response_to(Op::extendedRequest), Op::extendedResponse);
  EXPECT_EQ(response_to(Op::unbindRequest), std::nullopt);
  EXPECT_EQ(response_to(Op::abandonRequest), std::nullopt);
}

TEST(LdapEncode, BindResponseWithCredentialsAndControls) {
  Octets controls;
  append_control(controls, "1.2.3", false, "v");
  Octets out;
  append_bind_response(out, 2, {ResultCode::saslBindInProgress, {}, "more"}, "challenge", controls);
  const auto envelope = decode_response_envelope(out);
  ASSERT_TRUE(envelope.ok());
  const auto response = decode_response(envelope->op, envelope->body);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->answer.code, ResultCode::saslBindInProgress);
  EXPECT_EQ(response->answer.diagnostic, "more");
  EXPECT_EQ(response->sasl_credentials, "challenge");
  std::vector<Control> list;
  ASSERT_TRUE(decode_controls(*envelope->controls, list).ok());
  EXPECT_EQ(list.at(0).oid, "1.2.3");
  EXPECT_FALSE(list.at(0).critical);
}

TEST(LdapEncode, Rfc4511_4_4_1_NoticeOfDisconnection) {
  Octets out;
  append_notice_of_disconnection(out, ResultCode::protocolError, "");
  const auto envelope = decode_response_envelope(out);
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(envelope->message_id, 0);
  EXPECT_EQ(envelope->op, Op::extendedResponse);
  const auto response = decode_response(envelope->op, envelope->body);
  EXPECT_EQ(response->answer.code, ResultCode::protocolError);
  EXPECT_EQ(response->name, oid::kNoticeOfDisconnection);
  EXPECT_FALSE(response->value.has_value());
}

TEST(LdapEncode, Rfc4532_2_2_WhoAmIVector) {
  Octets out;
  append_extended_response(out, 2, {}, {}, "u:xxyyz@EXAMPLE.NET");
  const Octets expected{0x30, 0x21, 0x02, 0x01, 0x02, 0x78, 0x1c, 0x0a, 0x01, 0x00, 0x04, 0x00,
                        0x04, 0x00, 0x8b, 0x13, 'u',  ':',  'x',  'x',  'y',  'y',  'z',  '@',
                        'E',  'X',  'A',  'M',  'P',  'L',  'E',  '.',  'N',  'E',  'T'};
  EXPECT_EQ(out, expected);
}

TEST(LdapEncode, EntriesWithKnownLengths) {
  for (const std::size_t size : {0U, 1U, 100U, 127U, 128U, 300U, 70000U}) {
    const std::string big(size, 'x');
    const std::array<std::string_view, 2> values{"a", big};
    Octets controls;
    append_control(controls, "1.2", false, {});
    const std::size_t attributes =
        partial_attribute_size("cn", values) + partial_attribute_size("sn", {});
    Octets out;
    append_entry_header(out, 300, "cn=a,dc=x", attributes, controls.size());
    append_partial_attribute(out, "cn", values);
    append_partial_attribute(out, "sn", {});
    append_controls_header(out, controls.size());
    ber::append_raw(out, controls);
    const auto envelope = decode_response_envelope(out);
    ASSERT_TRUE(envelope.ok()) << size;
    EXPECT_EQ(envelope->message_id, 300);
    EXPECT_TRUE(envelope->controls.has_value());
    const auto entry = decode_entry(envelope->body);
    ASSERT_TRUE(entry.ok());
    EXPECT_EQ(entry->dn, "cn=a,dc=x");
    ASSERT_EQ(entry->attributes.size(), 2U);
    EXPECT_EQ(entry->attributes[0].values.at(1), big);
    EXPECT_TRUE(entry->attributes[1].values.empty());
  }
}

TEST(LdapEncode, AnswersAreAppendedBehindOneAnother) {
  Octets out;
  append_result(out, 1, Op::compareResponse, {ResultCode::compareTrue, {}, {}});
  const std::size_t first = out.size();
  append_result(out, 2, Op::compareResponse, {ResultCode::noSuchObject, "dc=x", "gone"});
  const auto second = decode_response_envelope(OctetPiece(out).subspan(first));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(decode_response(second->op, second->body)->answer.matched_dn, "dc=x");
}

}  // namespace
}  // namespace postern::ldap
