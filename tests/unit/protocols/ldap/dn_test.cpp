#include "protocols/ldap/dn.h"

#include <gtest/gtest.h>

namespace postern::ldap {
namespace {

std::string normal(std::string_view text) {
  std::string out;
  return normalise_dn(text, out) ? out : "invalid";
}

TEST(LdapDn, Rfc4514_4_Examples) {
  EXPECT_EQ(normal("UID=jsmith,DC=example,DC=net"), "uid=jsmith,dc=example,dc=net");
  EXPECT_EQ(normal("OU=Sales+CN=J.  Smith,DC=example,DC=net"),
            "cn=j. smith+ou=sales,dc=example,dc=net");
  EXPECT_EQ(normal("CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net"),
            "cn=james \\22jim\\22 smith\\2c iii,dc=example,dc=net");
  EXPECT_EQ(normal("CN=Before\\0dAfter,DC=example,DC=net"), "cn=before after,dc=example,dc=net");
  EXPECT_EQ(normal("1.3.6.1.4.1.1466.0=#04024869"), "1.3.6.1.4.1.1466.0=hi");
  EXPECT_EQ(normal("CN=Lu\\C4\\8Di\\C4\\87"), "cn=lu\xc4\x8di\xc4\x87");
}

TEST(LdapDn, Rfc4514_3_BothEscapesAndAnyCaseAndOids) {
  EXPECT_EQ(normal("cn=a\\,b"), normal("CN=A\\2Cb"));
  EXPECT_EQ(normal("2.5.4.3=x,0.9.2342.19200300.100.1.25=y"), "cn=x,dc=y");
  EXPECT_EQ(normal("commonName=x,domainComponent=y"), "cn=x,dc=y");
  EXPECT_EQ(normal("Unknown-1=x"), "unknown-1=x");
  EXPECT_EQ(normal("cn=Lu\xc4\x8c"), normal("cn=lu\xc4\x8d"));
  EXPECT_EQ(normal("cn=#4869"), "cn=#4869");
  EXPECT_EQ(normal("cn=\\#4869"), "cn=\\234869");
  EXPECT_EQ(normal("cn=a=b"), "cn=a=b");
  EXPECT_EQ(normal("cn="), "cn=");
}

TEST(LdapDn, SpacesAroundSeparatorsDoNotMatter) {
  EXPECT_EQ(normal("  cn = a  b ,  ou=x + cn = y  , dc=z  "), "cn=a b,cn=y+ou=x,dc=z");
  EXPECT_EQ(normal("cn=\\ a\\ ,dc=x"), "cn=a,dc=x");
  EXPECT_EQ(normal(""), "");
  EXPECT_EQ(normal("   "), "");
}

TEST(LdapDn, Invalid) {
  for (const std::string_view text :
       {"cn",     "=x",      "cn=a,",    ",cn=a",    "cn=a,,dc=x", "cn=a+",  "cn=a+,dc=x",
        "cn=a\\", "cn=a\\2", "cn=a\\zz", "cn=\"a\"", "cn=a;dc=b",  "cn=a<b", "cn=a>b",
        "cn=#",   "cn=#0",   "cn=#04zz", "1..2=x",   "1.2.=x",     ".1=x",   "c n=x",
        "c_n=x",  "9a=x",    "cn=\\ff",  "cn=\xc3",  "hello"}) {
    EXPECT_EQ(normal(text), "invalid") << text;
  }
  EXPECT_EQ(normal(std::string_view("cn=a\0b", 6)), "invalid");
}

TEST(LdapDn, Bounded) {
  std::string many = "dc=x";
  for (std::size_t i = 1; i < kMaxRdns; ++i) many += ",dc=x";
  EXPECT_NE(normal(many), "invalid");
  EXPECT_EQ(normal(many + ",dc=x"), "invalid");
  const std::string wide = "cn=" + std::string(kMaxDnOctets - 3, 'a');
  EXPECT_NE(normal(wide), "invalid");
  EXPECT_EQ(normal(wide + "a"), "invalid");
}

TEST(LdapDn, NormalFormIsStable) {
  for (const std::string_view text :
       {"OU=Sales+CN=J.  Smith,DC=example", "CN=James \\\"Jim\\\" Smith\\, III", "cn=\\#x\\+y",
        "cn=\\ \xcc\x88 x", "cn=#0101ff", "cn=\xef\xac\x81\xe2\x84\xa1", "x-y=\\<\\>\\;\\=\\\\"}) {
    const std::string once = normal(text);
    EXPECT_NE(once, "invalid") << text;
    EXPECT_EQ(normal(once), once);
  }
}

TEST(LdapDn, Rfc4514_2_4_Escapes) {
  EXPECT_EQ(escape_rdn_value("a,b"), "a\\,b");
  EXPECT_EQ(escape_rdn_value(" a "), "\\ a\\ ");
  EXPECT_EQ(escape_rdn_value("#a#"), "\\#a#");
  EXPECT_EQ(escape_rdn_value("\"+,;<>\\"), "\\\"\\+\\,\\;\\<\\>\\\\");
  EXPECT_EQ(escape_rdn_value(std::string_view("a\0b", 3)), "a\\00b");
  EXPECT_EQ(escape_rdn_value(" "), "\\ ");
  EXPECT_EQ(build_dn("cn", "a,b", "dc=x"), "cn=a\\,b,dc=x");
  EXPECT_EQ(build_dn("dc", "x", ""), "dc=x");
}

TEST(LdapDn, EscapedValuesComeBack) {
  for (int first = 0; first < 128; ++first) {
    for (const std::string_view rest : {"", "x", " ", "#", ","}) {
      const std::string value = std::string(1, static_cast<char>(first)) + std::string(rest);
      const auto dn = Dn::parse(build_dn("cn", value, "dc=x"));
      ASSERT_TRUE(dn.ok()) << first;
      EXPECT_EQ(dn->rdns().at(0).at(0).value, value) << first;
      EXPECT_EQ(Dn::parse(dn->text())->rdns(), dn->rdns());
    }
  }
}

TEST(LdapDn, PartsParentsAndContainment) {
  const auto dn = Dn::parse("CN=a\\,b+sn=c,ou=Users,dc=x");
  ASSERT_TRUE(dn.ok());
  EXPECT_EQ(dn->size(), 3U);
  EXPECT_EQ(dn->rdns()[0].size(), 2U);
  EXPECT_EQ(dn->rdns()[0][0].value, "a,b");
  EXPECT_EQ(dn->rdns()[1][0].value, "Users");
  EXPECT_EQ(dn->parent(), Dn::parse("OU=users,DC=X").value());
  EXPECT_TRUE(dn->is_within(Dn::parse("dc=x").value()));
  EXPECT_TRUE(dn->is_within(Dn()));
  EXPECT_FALSE(dn->is_within(Dn::parse("c=x").value()));
  EXPECT_TRUE(Dn().parent().empty());
}

TEST(LdapDn, HelpersOnNormalForms) {
  const std::string dn = normal("cn=a\\,dc=x,ou=u,dc=x");
  EXPECT_EQ(normal_leaf(dn), "cn=a\\2cdc=x");
  EXPECT_EQ(normal_parent(dn), "ou=u,dc=x");
  EXPECT_EQ(normal_parent("dc=x"), "");
  EXPECT_EQ(normal_depth(dn), 3U);
  EXPECT_EQ(normal_depth(""), 0U);
  EXPECT_TRUE(normal_is_within(dn, "dc=x"));
  EXPECT_TRUE(normal_is_within(dn, dn));
  EXPECT_FALSE(normal_is_within("ou=ux,dc=x", "x,dc=x"));
  EXPECT_FALSE(normal_is_within("xdc=x", "dc=x"));
  EXPECT_TRUE(normal_is_child("ou=u,dc=x", "dc=x"));
  EXPECT_TRUE(normal_is_child("dc=x", ""));
  EXPECT_FALSE(normal_is_child("", ""));
  EXPECT_FALSE(normal_is_child(dn, "dc=x"));
  EXPECT_EQ(normal_relative(dn, "dc=x"), "cn=a\\2cdc=x,ou=u");
  EXPECT_EQ(normal_relative("dc=x", "dc=x"), "");
  std::string value;
  EXPECT_TRUE(normal_rdn_value(normal_leaf(dn), "cn", value));
  EXPECT_EQ(value, "a,dc=x");
  EXPECT_FALSE(normal_rdn_value("ou=u", "cn", value));
  EXPECT_FALSE(normal_rdn_value("cn=a+sn=b", "cn", value));
}

TEST(LdapDn, Rfc4514_2_3_SeveralAvasAndBerValuesAreWritten) {
  EXPECT_EQ(Dn::parse("OU=Sales + CN=J.  Smith,DC=example")->text(),
            "OU=Sales+CN=J.  Smith,DC=example");
  EXPECT_EQ(Dn::parse("1.3.6.1.4.1.1466.0=#04024869,DC=x")->text(),
            "1.3.6.1.4.1.1466.0=#0c024869,DC=x");
  EXPECT_FALSE(Dn::parse("1.2.3=a\\ff").ok()) << "neither UTF-8 nor BER";
  EXPECT_EQ(Dn::parse("2.5.4.3=a,dc=x")->text(), "2.5.4.3=#0c0161,dc=x");
  EXPECT_EQ(Dn::parse("userCertificate=#3000")->text(), "userCertificate=#3000");
  for (const std::string_view text : {"2.5.4.3=a", "1.2.3=#0a0101", "cn=#0c0161+sn=b"})
    EXPECT_EQ(*Dn::parse(Dn::parse(text)->text()), *Dn::parse(text)) << text;
}

}  // namespace
}  // namespace postern::ldap
