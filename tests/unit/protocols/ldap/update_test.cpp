#include "protocols/ldap/update.h"

#include <gtest/gtest.h>

#include "protocols/ldap/decode.h"
#include "unit/protocols/ldap/octets.h"

namespace postern::ldap {
namespace {

using test::for_each_prefix;
using test::octets;
using Kind = Modification::Kind;
using Values = std::vector<std::string_view>;

// The body of a whole PDU, as captured from a client.
struct Captured {
  Captured(std::string_view digits, Op op) : pdu(octets(digits)) {
    const auto envelope = decode_envelope(ber::octets_of(pdu));
    EXPECT_TRUE(envelope.ok());
    if (!envelope.ok()) return;
    EXPECT_EQ(envelope->op, op);
    body = envelope->body;
  }
  std::string pdu;
  OctetPiece body;
};

TEST(LdapUpdate, Rfc4511_4_6_ModifyAsLdapmodifySendsIt) {
  const Captured modify(
      "305c020102 6657 0409636e3d612c64633d78 304a 30170a0100 3012 04046d61696c 310a 0403614078 "
      "0403624078 300b0a0101 30060402736e3100 300b0a0102 30060402636e3100 "
      "30150a0103 30100409 7569644e756d626572 3103040131",
      Op::modifyRequest);
  const auto request = decode_modify(modify.body);
  ASSERT_TRUE(request.ok()) << request.error().what;
  EXPECT_EQ(request->dn, "cn=a,dc=x");
  ASSERT_EQ(request->changes.size(), 4U);
  EXPECT_EQ(request->changes[0].kind, Kind::add);
  EXPECT_EQ(request->changes[0].attribute.type, "mail");
  EXPECT_EQ(request->changes[0].attribute.values, (Values{"a@x", "b@x"}));
  EXPECT_EQ(request->changes[1].kind, Kind::remove);
  EXPECT_TRUE(request->changes[1].attribute.values.empty());
  EXPECT_EQ(request->changes[2].kind, Kind::replace);
  EXPECT_EQ(request->changes[3].kind, Kind::increment);
  EXPECT_EQ(request->changes[3].attribute.values, (Values{"1"}));
}

// One change of one attribute with these values.
Octets modify_body(std::int32_t kind, const Values& values) {
  Octets out;
  ber::append_string(out, "cn=a");
  const std::size_t list = ber::open(out, ber::kSequence);
  const std::size_t change = ber::open(out, ber::kSequence);
  ber::append_enumerated(out, kind);
  append_partial_attribute(out, "x", values);
  ber::close(out, change);
  ber::close(out, list);
  return out;
}

TEST(LdapUpdate, Rfc4511_4_6_AnAddNeedsAValue) {
  EXPECT_FALSE(decode_modify(modify_body(0, {})).ok());
  EXPECT_TRUE(decode_modify(modify_body(0, {"1"})).ok());
  EXPECT_TRUE(decode_modify(modify_body(1, {})).ok());
  EXPECT_TRUE(decode_modify(modify_body(2, {})).ok());
}

TEST(LdapUpdate, Rfc4525_2_AnIncrementHasExactlyOneValue) {
  EXPECT_FALSE(decode_modify(modify_body(3, {})).ok());
  EXPECT_TRUE(decode_modify(modify_body(3, {"-5"})).ok());
  EXPECT_FALSE(decode_modify(modify_body(3, {"1", "2"})).ok());
}

TEST(LdapUpdate, Rfc4511_4_6_UnknownModificationIsAnError) {
  EXPECT_FALSE(decode_modify(modify_body(4, {"1"})).ok());
  EXPECT_FALSE(decode_modify(modify_body(-1, {"1"})).ok());
}

TEST(LdapUpdate, Rfc4511_4_7_AddAsClientsSendIt) {
  const Captured add(
      "304602010268410409636e3d612c64633d783034301c040b6f626a656374436c617373310d0406706572736f6e"
      "0403746f7030090402736e310304016230090402636e3103040161",
      Op::addRequest);
  const auto request = decode_add(add.body);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->dn, "cn=a,dc=x");
  ASSERT_EQ(request->attributes.size(), 3U);
  EXPECT_EQ(request->attributes[0].type, "objectClass");
  EXPECT_EQ(request->attributes[0].values, (Values{"person", "top"}));
  EXPECT_EQ(request->attributes[2].values, (Values{"a"}));
}

TEST(LdapUpdate, Rfc4511_4_7_AnAttributeHasAtLeastOneValue) {
  Octets out;
  ber::append_string(out, "cn=a");
  const std::size_t list = ber::open(out, ber::kSequence);
  append_partial_attribute(out, "x", {});
  ber::close(out, list);
  EXPECT_FALSE(decode_add(out).ok());
}

TEST(LdapUpdate, Rfc4511_4_9_ModifyDnAsClientsSendIt) {
  const Captured rename("30190201026c140409636e3d612c64633d780404636e3d620101ff", Op::modDNRequest);
  const auto request = decode_modify_dn(rename.body);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->dn, "cn=a,dc=x");
  EXPECT_EQ(request->new_rdn, "cn=b");
  EXPECT_TRUE(request->delete_old_rdn);
  EXPECT_FALSE(request->new_superior);
  const Captured moved(
      "30240201026c1f0409636e3d612c64633d780404636e3d6201010080096f753d7a2c64633d78",
      Op::modDNRequest);
  const auto move = decode_modify_dn(moved.body);
  ASSERT_TRUE(move.ok());
  EXPECT_FALSE(move->delete_old_rdn);
  EXPECT_EQ(move->new_superior, "ou=z,dc=x");
}

TEST(LdapUpdate, Rfc4511_4_8_DeleteIsTheDnItself) {
  const Captured removal("300e0201024a09636e3d612c64633d78", Op::delRequest);
  const auto dn = decode_delete(removal.body);
  ASSERT_TRUE(dn.ok());
  EXPECT_EQ(*dn, "cn=a,dc=x");
}

TEST(LdapUpdate, Rfc4511_4_ExtensionsAreSkippedAndTruncationIsAnError) {
  const std::string modify = octets("0401 61 300f 300d 0a0102 3008 040178 3103 040131");
  EXPECT_TRUE(decode_modify(ber::octets_of(modify)).ok());
  EXPECT_TRUE(decode_modify(ber::octets_of(modify + octets("8500"))).ok());
  const std::string rename = octets("040161 040162 0101ff");
  EXPECT_TRUE(decode_modify_dn(ber::octets_of(rename + octets("8500"))).ok());
  for_each_prefix(modify, [](const std::string& prefix) {
    EXPECT_FALSE(decode_modify(ber::octets_of(prefix)).ok());
    EXPECT_FALSE(decode_add(ber::octets_of(prefix)).ok());
  });
  for_each_prefix(rename, [](const std::string& prefix) {
    EXPECT_FALSE(decode_modify_dn(ber::octets_of(prefix)).ok());
  });
}

TEST(LdapUpdate, ValuesAreBounded) {
  Values values(kMaxUpdateValues, "");
  EXPECT_TRUE(decode_modify(modify_body(0, values)).ok());
  values.emplace_back("");
  EXPECT_FALSE(decode_modify(modify_body(0, values)).ok());
}

TEST(LdapPasswordModify, Rfc3062_2_RequestsAsLdappasswdSendsThem) {
  const auto none = decode_password_modify(std::nullopt);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->user_identity || none->old_password || none->new_password);
  const std::string whole = octets("3010 8004 636e3d75 8103 6f6c64 8203 6e6577");
  const auto all = decode_password_modify(whole);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->user_identity, "cn=u");
  EXPECT_EQ(all->old_password, "old");
  EXPECT_EQ(all->new_password, "new");
  const std::string named = octets("3006 8004 636e3d75");
  const auto generate = decode_password_modify(named);
  ASSERT_TRUE(generate.ok());
  EXPECT_EQ(generate->user_identity, "cn=u");
  EXPECT_FALSE(generate->new_password);
}

TEST(LdapPasswordModify, Rfc3062_2_1_APresentValueHoldsAField) {
  EXPECT_FALSE(decode_password_modify("").ok());
  EXPECT_FALSE(decode_password_modify(octets("3000")).ok());
  EXPECT_FALSE(decode_password_modify(octets("3002 8500")).ok()) << "an unknown one is none";
  EXPECT_TRUE(decode_password_modify(octets("3002 8200")).ok()) << "empty is not absent";
}

TEST(LdapPasswordModify, FieldsOutOfOrderAreNoExtension) {
  EXPECT_FALSE(decode_password_modify(octets("3006 820161 810162")).ok());
  EXPECT_FALSE(decode_password_modify(octets("3006 820161 820162")).ok());
  EXPECT_FALSE(decode_password_modify(octets("3003 820161 00")).ok());
  for_each_prefix(octets("3006 810161 820162"), [](const std::string& prefix) {
    EXPECT_FALSE(decode_password_modify(prefix).ok());
  });
}

TEST(LdapPasswordModify, Rfc3062_2_ResponseTellsAGeneratedPassword) {
  Octets value;
  append_generated_password(value, "abc");
  EXPECT_EQ(test::digits(value),
            "3005"
            "8003616263");
}

TEST(LdapCancel, Rfc3909_2_RequestAsLdapexopSendsIt) {
  const auto id = decode_cancel(octets("3003 020105"));
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(*id, 5);
}

TEST(LdapCancel, Rfc3909_3_MissingOrUnusableValue) {
  EXPECT_FALSE(decode_cancel(std::nullopt).ok());
  EXPECT_FALSE(decode_cancel("").ok());
  EXPECT_FALSE(decode_cancel(octets("020105")).ok());
  EXPECT_FALSE(decode_cancel(octets("3003 0201ff")).ok());
  EXPECT_FALSE(decode_cancel(octets("3003 020105 00")).ok());
}

}  // namespace
}  // namespace postern::ldap
