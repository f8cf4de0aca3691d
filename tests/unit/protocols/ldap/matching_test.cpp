#include "protocols/ldap/matching.h"

#include <gtest/gtest.h>

#include <optional>

#include "protocols/ldap/filter_text.h"

namespace postern::ldap {
namespace {

std::string form(Rule rule, std::string_view value) {
  std::string out;
  return prepare(rule, value, out) ? out : "undefined";
}

bool same(Rule rule, std::string_view a, std::string_view b) {
  const std::string left = form(rule, a);
  return left != "undefined" && left == form(rule, b);
}

// nullopt = Undefined. `pattern` as in a filter: "a*b".
std::optional<bool> substrings(Rule rule, std::string_view pattern, std::string_view value) {
  const auto parsed = parse_filter("(x=" + std::string(pattern) + ")");
  std::string text;
  std::string piece;
  if (!prepare(rule, value, text)) return std::nullopt;
  std::size_t from = 0;
  for (const SubstringPiece& part : parsed.value().filter.pieces) {
    if (!prepare_substring(rule, part.place, part.text, piece)) return std::nullopt;
    if (!match_piece(text, part.place, piece, from)) return false;
  }
  return true;
}

TEST(LdapMatching, Rfc4517_4_2_StringRules) {
  EXPECT_TRUE(same(Rule::caseIgnore, "  Foo   Bar", "foo bar "));
  EXPECT_FALSE(same(Rule::caseExact, "Foo", "foo"));
  EXPECT_TRUE(same(Rule::caseExact, " Foo ", "Foo"));
  EXPECT_EQ(form(Rule::caseIgnoreIA5, "\xc3\xa4"), "undefined");
  EXPECT_EQ(form(Rule::caseExactIA5, "/Home/X"), "/Home/X");
  EXPECT_TRUE(same(Rule::caseIgnoreList, "A Street$B  Town", "a street $ b town"));
  EXPECT_FALSE(same(Rule::caseIgnoreList, "a$b", "a b"));
  EXPECT_TRUE(same(Rule::octetString, "\xff", "\xff"));
  EXPECT_FALSE(same(Rule::octetString, "a", "A"));
  EXPECT_EQ(form(Rule::none, "a"), "undefined");
}

TEST(LdapMatching, Rfc4518_2_6_2_3_NumericAndTelephone) {
  EXPECT_TRUE(same(Rule::numericString, " 12 34 ", "1234"));
  EXPECT_EQ(form(Rule::numericString, "12a"), "undefined");
  EXPECT_TRUE(same(Rule::telephoneNumber, "+49 30 12-34", "+493012 34"));
}

TEST(LdapMatching, Rfc4517_3_3_16_Integer) {
  EXPECT_EQ(form(Rule::integer, "1000"), "1000");
  EXPECT_EQ(form(Rule::integer, "-7"), "-7");
  for (const std::string_view bad : {"", "-", "-0", "01", "1a", " 1", "+1", "0x1"})
    EXPECT_EQ(form(Rule::integer, bad), "undefined") << bad;
  EXPECT_LT(compare(Rule::integer, "9", "10"), 0);
  EXPECT_LT(compare(Rule::integer, "-10", "-9"), 0);
  EXPECT_LT(compare(Rule::integer, "-1", "0"), 0);
  EXPECT_EQ(compare(Rule::integer, "123456789012345678901", "123456789012345678901"), 0);
}

TEST(LdapMatching, Rfc4517_3_3_3_Boolean) {
  EXPECT_EQ(form(Rule::boolean, "TRUE"), "TRUE");
  EXPECT_EQ(form(Rule::boolean, "false"), "FALSE");
  EXPECT_EQ(form(Rule::boolean, "1"), "undefined");
}

TEST(LdapMatching, Rfc4517_3_3_13_GeneralizedTime) {
  EXPECT_EQ(form(Rule::generalizedTime, "199412161032Z"), "19941216103200");
  EXPECT_EQ(form(Rule::generalizedTime, "199412160532-0500"), "19941216103200");
  EXPECT_EQ(form(Rule::generalizedTime, "2026123123Z"), "20261231230000");
  EXPECT_EQ(form(Rule::generalizedTime, "20261231233000-01"), "20270101003000");
  EXPECT_EQ(form(Rule::generalizedTime, "20240301003000+0100"), "20240229233000");
  EXPECT_EQ(form(Rule::generalizedTime, "20260101000000.500Z"), "20260101000000.5");
  EXPECT_EQ(form(Rule::generalizedTime, "2026010100,5Z"), "20260101003000");
  EXPECT_EQ(form(Rule::generalizedTime, "202601010000.25Z"), "20260101000015");
  for (const std::string_view bad :
       {"20260101000000", "20261301000000Z", "20260230000000Z", "2026010124Z", "20260101000000.Z",
        "20260101000000Zx", "", "Z", "2026010100000Z", "20260101000000+2400",
        "00000101000000+0100"})
    EXPECT_EQ(form(Rule::generalizedTime, bad), "undefined") << bad;
  EXPECT_LT(compare(Rule::generalizedTime, "20260101000000", "20260101000000.5"), 0);
  EXPECT_LT(compare(Rule::generalizedTime, "20260101000000.5", "20260101000001"), 0);
}

TEST(LdapMatching, DnUuidOidBits) {
  EXPECT_TRUE(same(Rule::distinguishedName, "CN=A, DC=X", "cn=a,dc=x"));
  EXPECT_EQ(form(Rule::distinguishedName, "nonsense"), "undefined");
  EXPECT_TRUE(same(Rule::uniqueMember, "CN=A,DC=X#'0101'B", "cn=a, dc=x#'0101'B"));
  EXPECT_FALSE(same(Rule::uniqueMember, "cn=a#'0101'B", "cn=a"));
  EXPECT_TRUE(same(Rule::uuid, "550E8400-e29b-41d4-a716-446655440000",
                   "550e8400-E29B-41D4-A716-446655440000"));
  EXPECT_EQ(form(Rule::uuid, "550e8400e29b41d4a716446655440000"), "undefined");
  EXPECT_TRUE(same(Rule::objectIdentifier, "2.5.6.6", "PERSON"));
  EXPECT_TRUE(same(Rule::objectIdentifier, "commonName", "2.5.4.3"));
  EXPECT_EQ(form(Rule::objectIdentifier, "Goauthentik.io/ldap/User"), "goauthentik.io/ldap/user");
  EXPECT_EQ(form(Rule::objectIdentifier, "my-Class"), "my-class");
  EXPECT_EQ(form(Rule::objectIdentifier, "a b"), "undefined");
  EXPECT_EQ(form(Rule::bitString, "'0101'B"), "'0101'B");
  EXPECT_EQ(form(Rule::bitString, "0101"), "undefined");
  EXPECT_TRUE(same(Rule::objectIdentifierFirstComponent, "( 2.5.4.3 NAME 'cn' )", "2.5.4.3"));
  EXPECT_TRUE(same(Rule::integerFirstComponent, "( 15 NAME 'x' )", "15"));
}

TEST(LdapMatching, Rfc4511_4_5_1_7_2_SubstringsInOrder) {
  EXPECT_EQ(substrings(Rule::caseIgnore, "ab*cd*ef", "abXcdYef"), true);
  EXPECT_EQ(substrings(Rule::caseIgnore, "ab*cd*ef", "abXefYcd"),
            false);  // the peer that only tests the first piece
  EXPECT_EQ(substrings(Rule::caseIgnore, "ab*bc", "abc"), false);  // pieces do not overlap
  EXPECT_EQ(substrings(Rule::caseIgnore, "*a*a*", "a"), false);
  EXPECT_EQ(substrings(Rule::caseIgnore, "B*", "ab"), false);
  EXPECT_EQ(substrings(Rule::caseIgnore, "*B", "abab"), true);
  EXPECT_EQ(substrings(Rule::caseIgnore, "*ab", "ababa"), false);
  EXPECT_EQ(substrings(Rule::caseExact, "*B*", "abc"), false);
  EXPECT_EQ(substrings(Rule::telephoneNumber, "+49*1-2", "+49 30 12"), true);
  EXPECT_EQ(substrings(Rule::integer, "1*", "12"), std::nullopt);
  EXPECT_EQ(substrings(Rule::caseIgnore, "x\\ff*", "x"), std::nullopt);
}

TEST(LdapMatching, Rfc4518_2_6_1_SpacesAtTheEdgesOfPieces) {
  std::string piece;
  ASSERT_TRUE(
      prepare_substring(Rule::caseIgnore, SubstringPiece::Place::initial, " foo bar  ", piece));
  EXPECT_EQ(piece, "foo bar ");
  ASSERT_TRUE(
      prepare_substring(Rule::caseIgnore, SubstringPiece::Place::any, "  foo bar  ", piece));
  EXPECT_EQ(piece, " foo bar ");
  ASSERT_TRUE(
      prepare_substring(Rule::caseIgnore, SubstringPiece::Place::final, " foo bar  ", piece));
  EXPECT_EQ(piece, " foo bar");
  EXPECT_EQ(substrings(Rule::caseIgnore, "foo * bar", "foo bar"),
            true);  // each takes half of the inner run
  EXPECT_EQ(substrings(Rule::caseIgnore, "foo *", "foo"), true);  // the value ends in a space
  EXPECT_EQ(substrings(Rule::caseIgnore, "foo *", "foobar"), false);
  EXPECT_EQ(substrings(Rule::caseIgnore, "foo* bar", "foobar"), false);
  EXPECT_EQ(substrings(Rule::caseIgnore, "foo* *bar", "foo bar"), true);
  EXPECT_EQ(substrings(Rule::caseIgnore, "*  o*", "fo o"), true);
}

TEST(LdapMatching, RulesAreFoundByNameAndOid) {
  const NamedRule* rule = find_rule("CASEEXACTMATCH");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule, find_rule("2.5.13.5"));
  EXPECT_EQ(rule->rule, Rule::caseExact);
  EXPECT_EQ(find_rule("1.2.840.113556.1.4.1941")->use, RuleUse::in_chain);
  EXPECT_EQ(find_rule("1.2.840.113556.1.4.803")->use, RuleUse::bit_and);
  EXPECT_EQ(find_rule("1.2.3.4"), nullptr);
}

}  // namespace
}  // namespace postern::ldap
