#include "protocols/ldap/ldap_url.h"

#include <gtest/gtest.h>

#include <array>

namespace postern::ldap {
namespace {

using Names = std::vector<std::string>;

LdapUrl parsed(std::string_view text) {
  const auto url = parse_ldap_url(text);
  EXPECT_TRUE(url.ok()) << text;
  return url.ok() ? *url : LdapUrl{};
}

TEST(LdapUrl, Rfc4516_4_Examples) {
  LdapUrl url = parsed("ldap:///o=University%20of%20Michigan,c=US");
  EXPECT_EQ(url.host, "");
  EXPECT_EQ(url.dn, "o=University of Michigan,c=US");
  EXPECT_EQ(url.scope, Scope::base);
  EXPECT_EQ(url.filter, "(objectClass=*)");

  url = parsed("ldap://ldap1.example.net/o=University%20of%20Michigan,c=US?postalAddress");
  EXPECT_EQ(url.host, "ldap1.example.net");
  EXPECT_EQ(url.attributes, Names{"postalAddress"});

  url = parsed(
      "ldap://ldap1.example.net:6666/o=University%20of%20Michigan,c=US??sub?(cn=Babs%20Jensen)");
  EXPECT_EQ(url.port, 6666);
  EXPECT_EQ(url.scope, Scope::sub);
  EXPECT_EQ(url.filter, "(cn=Babs Jensen)");

  url = parsed("LDAP://ldap1.example.com/c=GB?objectClass?ONE");
  EXPECT_EQ(url.scheme, LdapUrl::Scheme::ldap);
  EXPECT_EQ(url.scope, Scope::one);
  EXPECT_EQ(url.attributes, Names{"objectClass"});

  url = parsed("ldap://ldap2.example.com/o=Question%3f,c=US?mail");
  EXPECT_EQ(url.dn, "o=Question?,c=US");

  url = parsed("ldap://ldap3.example.com/o=Babsco,c=US??\?(four-octet=%5c00%5c00%5c00%5c04)");
  EXPECT_EQ(url.filter, "(four-octet=\\00\\00\\00\\04)");

  url = parsed("ldap://ldap.example.com/o=An%20Example%5C2C%20Inc.,c=US");
  EXPECT_EQ(url.dn, "o=An Example\\2C Inc.,c=US");

  EXPECT_EQ(parsed("ldap://ldap.example.net"), parsed("ldap://ldap.example.net/"));
  EXPECT_EQ(parsed("ldap://ldap.example.net"), parsed("ldap://ldap.example.net/?"));
  EXPECT_EQ(parsed("ldap:///??sub??e-bindname=cn=Manager%2cdc=example%2cdc=com"),
            parsed("ldap:///??sub??e-bindname=cn=Manager%2Cdc=example%2Cdc=com"));
}

TEST(LdapUrl, Rfc4516_2_ExtensionsAndCriticality) {
  const LdapUrl plain = parsed("ldap:///??sub??e-bindname=cn=Manager%2cdc=example%2cdc=com");
  const LdapUrl critical = parsed("ldap:///??sub?\?!e-bindname=cn=Manager%2cdc=example,x");
  ASSERT_EQ(plain.extensions.size(), 1U);
  EXPECT_EQ(plain.extensions[0],
            (LdapUrl::Extension{false, "e-bindname", "cn=Manager,dc=example,dc=com"}));
  ASSERT_EQ(critical.extensions.size(), 2U);
  EXPECT_EQ(critical.extensions[1], (LdapUrl::Extension{false, "x", ""}));
  constexpr std::array<std::string_view, 1> kKnown{"E-Bindname"};
  EXPECT_FALSE(unknown_critical(plain, {}));
  EXPECT_TRUE(unknown_critical(critical, {}));
  EXPECT_FALSE(unknown_critical(critical, kKnown));
}

TEST(LdapUrl, Rfc3986_3_2_HostsAndPorts) {
  EXPECT_EQ(parsed("ldaps://[2001:db8::1]:636/dc=x").host, "[2001:db8::1]");
  EXPECT_EQ(parsed("ldaps://[2001:db8::1]:636/dc=x").port, 636);
  EXPECT_EQ(parsed("ldaps://[::1]").scheme, LdapUrl::Scheme::ldaps);
  EXPECT_EQ(parsed("ldapi://%2fvar%2frun%2fldapi/dc=x").host, "/var/run/ldapi");
  EXPECT_EQ(parsed("ldap://host:").port, 0);
}

TEST(LdapUrl, Rfc4516_2_UnusableOnes) {
  for (const std::string_view bad : {"",
                                     "ldap",
                                     "ldap:",
                                     "http://x/",
                                     "ldap:/x",
                                     "ldap://h:65536/",
                                     "ldap://h:a/",
                                     "ldap://u@h/",
                                     "ldap://[::1/",
                                     "ldap://::1]/",
                                     "ldap://[::1]x/",
                                     "ldap://[]/",
                                     "ldap:///nodn",
                                     "ldap:///dc=x%",
                                     "ldap:///dc=x%2",
                                     "ldap:///dc=x%zz",
                                     "ldap:///dc=x?,cn",
                                     "ldap:///dc=x??tree",
                                     "ldap:///dc=x??\?(cn=a",
                                     "ldap:///dc=x???\?=v",
                                     "ldap:///dc=x???\?!",
                                     "ldap:///dc=x????a?b",
                                     "ldap://h?cn",
                                     "ldap:///dc=a b",
                                     "ldap:///dc=\xc3\xa4",
                                     "ldap:///cn=a<b"})
    EXPECT_FALSE(parse_ldap_url(bad).ok()) << bad;
  EXPECT_FALSE(parse_ldap_url("ldap:///cn=" + std::string(kMaxUrlOctets, 'a')).ok());
}

TEST(LdapUrl, TextAndPartsAgree) {
  for (const std::string_view text :
       {"ldap://", "ldap://h", "ldaps://h:636/dc=x", "ldap:///dc=x?cn,mail?sub?(cn=a*)",
        "ldap:///dc=x??one", "ldap:///??\?(a=b)", "ldap:///dc=x???\?!e=v,x",
        "ldapi://%2frun%2fldapi/dc=x", "ldap://[::1]:389/o=Question%3f,c=US"})
    EXPECT_EQ(to_text(parsed(text)), text);
  EXPECT_EQ(to_text(parsed("LDAP://h/?cn?BASE?(objectClass=*)")), "ldap://h/?cn");
  LdapUrl odd;
  odd.extensions.push_back({true, "a=b!", "c,d?e"});
  EXPECT_EQ(parsed(to_text(odd)), odd);
}

}  // namespace
}  // namespace postern::ldap
