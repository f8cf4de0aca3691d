// SASL PLAIN and authorization identities.

#include <gtest/gtest.h>

#include "protocols/ldap/authz_id.h"
#include "protocols/ldap/sasl_plain.h"

namespace postern::ldap {
namespace {

std::string message(std::string_view authorization, std::string_view authentication,
                    std::string_view password) {
  std::string out(authorization);
  out.push_back('\0');
  out.append(authentication).push_back('\0');
  return out.append(password);
}

TEST(SaslPlain, Rfc4616_4_Examples) {
  const std::string tim = message("", "tim", "tanstaaftanstaaf");
  const auto plain = decode_plain(tim);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->authorization_id, "");
  EXPECT_EQ(plain->authentication_id, "tim");
  EXPECT_EQ(plain->password, "tanstaaftanstaaf");
  const std::string kurt = message("Ursel", "Kurt", "xipj3plmq");
  const auto other = decode_plain(kurt);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->authorization_id, "Ursel");
  EXPECT_EQ(other->authentication_id, "Kurt");
}

TEST(SaslPlain, Rfc4616_2_FieldsOf255OctetsAndMore) {
  const std::string longest(kMaxPlainField, 'a');
  EXPECT_TRUE(
      decode_plain(message(std::string(255, 'a'), std::string(255, 'b'), std::string(255, 'c')))
          .ok());
  EXPECT_TRUE(decode_plain(message(longest, longest, longest)).ok());
  EXPECT_FALSE(decode_plain(message(longest + "a", "b", "c")).ok());
  EXPECT_FALSE(decode_plain(message("", longest + "a", "c")).ok());
  EXPECT_FALSE(decode_plain(message("", "b", longest + "a")).ok());
}

TEST(SaslPlain, Rfc4616_2_NulInsideEmptyFieldsAndMissingOnes) {
  using namespace std::string_view_literals;
  for (const std::string_view bad : {""sv, "a"sv, "\0"sv, "a\0b"sv, "\0\0"sv, "\0a\0"sv, "\0\0b"sv,
                                     "\0a\0b\0"sv, "\0a\0b\0c"sv, "\0a\0\0b"sv})
    EXPECT_FALSE(decode_plain(bad).ok()) << testing::PrintToString(bad);
}

TEST(SaslPlain, Rfc4616_2_FieldsAreUtf8) {
  EXPECT_TRUE(decode_plain(message("", "j\xc3\xb8rn", "p\xc3\xa4ss")).ok());
  EXPECT_FALSE(decode_plain(message("", "a", "\xff")).ok());
  EXPECT_FALSE(decode_plain(message("", "\xc3", "b")).ok());
  EXPECT_FALSE(decode_plain(message("\xed\xa0\x80", "a", "b")).ok()) << "a surrogate";
}

TEST(LdapAuthzId, Rfc4513_5_2_1_8_Forms) {
  const auto dn = parse_authz_id("dn:uid=ann,dc=x");
  ASSERT_TRUE(dn.ok());
  EXPECT_EQ(*dn, (AuthzId{AuthzId::Form::dn, "uid=ann,dc=x"}));
  EXPECT_EQ(*parse_authz_id("dn:"), (AuthzId{AuthzId::Form::dn, ""}));
  EXPECT_EQ(*parse_authz_id("u:ann"), (AuthzId{AuthzId::Form::user, "ann"}));
  EXPECT_EQ(*parse_authz_id("u:dn:x"), (AuthzId{AuthzId::Form::user, "dn:x"}));
  EXPECT_EQ(*parse_authz_id(""), AuthzId{});
}

TEST(LdapAuthzId, Rfc4513_5_2_1_8_UnknownFormsAreRefused) {
  for (const std::string_view bad : {"ann", "DN:cn=a", "U:ann", "x:ann", "dn", "u", "dn:ann", ":"})
    EXPECT_FALSE(parse_authz_id(bad).ok()) << bad;
  EXPECT_FALSE(parse_authz_id("u:\xff").ok());
}

}  // namespace
}  // namespace postern::ldap
