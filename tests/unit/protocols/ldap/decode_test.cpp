#include "protocols/ldap/decode.h"

#include <gtest/gtest.h>

#include "unit/protocols/ldap/samples.h"

namespace postern::ldap {
namespace {

Octets message(std::int32_t id, Op op, const Octets& body, const Octets& trailer = {}) {
  Octets out;
  const std::size_t mark = ber::open(out, ber::kSequence);
  ber::append_integer(out, id);
  ber::append_header(out, static_cast<ber::Tag>(op), body.size());
  ber::append_raw(out, body);
  ber::append_raw(out, trailer);
  ber::close(out, mark);
  return out;
}

Octets search_body(std::int32_t scope, std::int32_t deref, std::int32_t size, std::int32_t time) {
  Octets out;
  ber::append_string(out, "dc=x");
  ber::append_enumerated(out, scope);
  ber::append_enumerated(out, deref);
  ber::append_integer(out, size);
  ber::append_integer(out, time);
  ber::append_boolean(out, true);
  ber::append_string(out, "objectClass", ber::context(7));
  ber::append_header(out, ber::kSequence, 0);
  return out;
}

TEST(LdapEnvelope, BodyAndControlsAreFound) {
  Octets controls;
  append_control(controls, "1.2.3", true, "v");
  Octets trailer;
  append_controls_header(trailer, controls.size());
  ber::append_raw(trailer, controls);
  const Octets pdu = message(5, Op::searchRequest, {1, 2, 3}, trailer);
  const auto envelope = decode_envelope(pdu);
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(envelope->message_id, 5);
  EXPECT_EQ(envelope->op, Op::searchRequest);
  EXPECT_EQ(envelope->body.size(), 3U);
  std::vector<Control> list;
  ASSERT_TRUE(decode_controls(*envelope->controls, list).ok());
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].oid, "1.2.3");
  EXPECT_TRUE(list[0].critical);
  EXPECT_EQ(list[0].value, "v");
}

TEST(LdapEnvelope, Rfc4511_4_1_1_UnusableEnvelopes) {
  EXPECT_FALSE(decode_envelope(Octets{}).ok());
  EXPECT_FALSE(decode_envelope(Octets{0x31, 0x05, 0x02, 0x01, 0x01, 0x42, 0x00}).ok());
  EXPECT_FALSE(decode_envelope(Octets{0x30, 0x02, 0x42, 0x00}).ok());
  EXPECT_FALSE(decode_envelope(Octets{0x30, 0x03, 0x02, 0x01, 0x01}).ok());
  EXPECT_FALSE(decode_envelope(message(1, static_cast<Op>(0x7a), {})).ok());
  EXPECT_FALSE(decode_envelope(message(1, Op::bindResponse, {})).ok());
  Octets longer = message(1, Op::unbindRequest, {});
  longer.push_back(0);
  EXPECT_FALSE(decode_envelope(longer).ok());
}

TEST(LdapEnvelope, Rfc4511_4_1_1_1_MessageIdIsPositiveInRequests) {
  EXPECT_FALSE(decode_envelope(message(0, Op::unbindRequest, {})).ok());
  EXPECT_FALSE(decode_envelope(message(-1, Op::unbindRequest, {})).ok());
  EXPECT_TRUE(decode_envelope(message(2147483647, Op::unbindRequest, {})).ok());
  EXPECT_TRUE(decode_response_envelope(message(0, Op::extendedResponse, {})).ok());
}

TEST(LdapEnvelope, Rfc4511_4_UnknownTrailersAreSkippedButControlsBehindThemAreNot) {
  const auto plain =
      decode_envelope(message(1, Op::searchRequest, {}, {0xa5, 0x00, 0x9f, 0x81, 0x01, 0x00}));
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->controls.has_value());
  const auto hidden = decode_envelope(message(1, Op::searchRequest, {}, {0xa5, 0x00, 0xa0, 0x00}));
  ASSERT_TRUE(hidden.ok());
  EXPECT_TRUE(hidden->controls.has_value());
  EXPECT_FALSE(decode_envelope(message(1, Op::searchRequest, {}, {0xa0, 0x00, 0xa0, 0x00})).ok());
}

TEST(LdapDecode, BindSimpleAndSasl) {
  const Octets simple = test::bind_pdu("cn=a", "pw");
  const auto envelope = decode_envelope(simple);
  const auto bind = decode_bind(envelope->body);
  ASSERT_TRUE(bind.ok());
  EXPECT_EQ(bind->version, 3);
  EXPECT_EQ(bind->name, "cn=a");
  EXPECT_EQ(bind->method, BindRequest::Method::simple);
  EXPECT_EQ(bind->password, "pw");
  const Octets sasl{0x02, 0x01, 0x03, 0x04, 0x00, 0xa3, 0x09, 0x04,
                    0x05, 'P',  'L',  'A',  'I',  'N',  0x04, 0x00};
  const auto plain = decode_bind(sasl);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->mechanism, "PLAIN");
  EXPECT_EQ(plain->credentials, "");  // 4513-08: empty is not absent
}

TEST(LdapDecode, Rfc4511_4_2_UnknownAuthenticationChoiceIsNoDecodingError) {
  const Octets body{0x02, 0x01, 0x03, 0x04, 0x00, 0x89, 0x02, 'x', 'y'};
  const auto bind = decode_bind(body);
  ASSERT_TRUE(bind.ok());
  EXPECT_EQ(bind->method, BindRequest::Method::other);
  EXPECT_FALSE(decode_bind(Octets{0x02, 0x01, 0x03, 0x04, 0x00}).ok());
  EXPECT_FALSE(decode_bind(Octets{0x02, 0x01, 0x03, 0x04, 0x00, 0x04, 0x00}).ok());
}

TEST(LdapDecode, Rfc4511_4_2_VersionIsReadEvenIfNotThree) {
  EXPECT_EQ(decode_bind(Octets{0x02, 0x01, 0x02, 0x04, 0x00, 0x80, 0x00})->version, 2);
  EXPECT_FALSE(decode_bind(Octets{0x02, 0x01, 0x00, 0x04, 0x00, 0x80, 0x00}).ok());
}

TEST(LdapDecode, SearchFieldsAndTrailers) {
  Octets body = search_body(2, 3, 100, 5);
  ber::append_raw(body, Octets{0x8f, 0x01, 0x00});
  SearchRequest request;
  ASSERT_TRUE(decode_search(body, request).ok());
  EXPECT_EQ(request.base, "dc=x");
  EXPECT_EQ(request.scope, Scope::sub);
  EXPECT_EQ(request.deref, 3);
  EXPECT_EQ(request.size_limit, 100U);
  EXPECT_EQ(request.time_limit, 5U);
  EXPECT_TRUE(request.types_only);
  EXPECT_EQ(request.filter.nodes.at(0).attribute, "objectClass");
}

TEST(LdapDecode, Rfc4511_4_5_1_2_UnknownScopeIsAnError) {
  SearchRequest request;
  EXPECT_TRUE(decode_search(search_body(3, 0, 0, 0), request).ok());
  EXPECT_FALSE(decode_search(search_body(4, 0, 0, 0), request).ok());
  EXPECT_FALSE(decode_search(search_body(-1, 0, 0, 0), request).ok());
  EXPECT_FALSE(decode_search(search_body(0, 4, 0, 0), request).ok());
  EXPECT_FALSE(decode_search(search_body(0, 0, -1, 0), request).ok());
  EXPECT_FALSE(decode_search(search_body(0, 0, 0, -1), request).ok());
}

TEST(LdapDecode, SearchReusesItsRequest) {
  SearchRequest request;
  const Octets first = test::search_pdu("(&(a=1)(b=2))", {"x", "y"});
  const Octets second = test::search_pdu("(c=3)", {"z"});
  ASSERT_TRUE(decode_search(decode_envelope(first)->body, request).ok());
  ASSERT_TRUE(decode_search(decode_envelope(second)->body, request).ok());
  EXPECT_EQ(request.filter.nodes.size(), 1U);
  EXPECT_EQ(request.attributes.size(), 1U);
}

TEST(LdapDecode, CompareExtendedAbandon) {
  Octets pdu;
  append_compare_request(pdu, 1, {"cn=a", "sn", "b"});
  const auto compare = decode_compare(decode_envelope(pdu)->body);
  ASSERT_TRUE(compare.ok());
  EXPECT_EQ(compare->dn, "cn=a");
  EXPECT_EQ(compare->attribute, "sn");
  EXPECT_EQ(compare->value, "b");
  const Octets name_only{0x80, 0x03, '1', '.', '2'};
  const auto absent = decode_extended(name_only);
  EXPECT_EQ(absent->oid, "1.2");
  EXPECT_FALSE(absent->value.has_value());
  const Octets with_value{0x80, 0x03, '1', '.', '2', 0x81, 0x00};
  EXPECT_EQ(decode_extended(with_value)->value, "");
  EXPECT_FALSE(decode_extended(Octets{0x81, 0x00}).ok());
  EXPECT_EQ(decode_abandon(Octets{0x01, 0x00}).value(), 256);
  EXPECT_FALSE(decode_abandon(Octets{}).ok());
}

TEST(LdapDecode, ControlsAreBounded) {
  Octets many;
  for (std::size_t i = 0; i < kMaxControls; ++i) append_control(many, "1.2", false, {});
  std::vector<Control> list;
  EXPECT_TRUE(decode_controls(many, list).ok());
  append_control(many, "1.2", false, {});
  EXPECT_FALSE(decode_controls(many, list).ok());
}

TEST(LdapDecode, RequestedAttributesAreBounded) {
  std::vector<std::string_view> names(kMaxRequestedAttributes, "a");
  SearchRequest request;
  const Octets good = test::search_pdu("(a=*)", names);
  EXPECT_TRUE(decode_search(decode_envelope(good)->body, request).ok());
  names.push_back("a");
  const Octets bad = test::search_pdu("(a=*)", names);
  EXPECT_FALSE(decode_search(decode_envelope(bad)->body, request).ok());
}

}  // namespace
}  // namespace postern::ldap
