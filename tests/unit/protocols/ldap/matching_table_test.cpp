// The rules of RFC 4517 4.2, RFC 4530 and MS-ADTS one by one, found by name and by OID as an
// extensible filter finds them: what is TRUE, FALSE, Undefined.

#include <gtest/gtest.h>

#include <ostream>

#include "protocols/ldap/matching.h"

namespace postern::ldap {
namespace {

enum class Truth { yes, no, undefined };

struct Row {
  const char* rule;
  const char* oid;
  std::string_view value;  // of the attribute
  std::string_view assertion;
  Truth truth;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.rule << " " << testing::PrintToString(row.value) << " "
       << testing::PrintToString(row.assertion);
}

using enum Truth;

// Equality rules: TRUE when equal. Ordering rules: TRUE when the value is less than the assertion.
const Row kRows[] = {
    {"bitStringMatch", "2.5.13.16", "'0101'B", "'0101'B", yes},
    {"bitStringMatch", "2.5.13.16", "'0101'B", "'01010'B", no},
    {"bitStringMatch", "2.5.13.16", "''B", "''B", yes},
    {"bitStringMatch", "2.5.13.16", "'0101'B", "0101", undefined},
    {"bitStringMatch", "2.5.13.16", "'0101'B", "'012'B", undefined},
    {"booleanMatch", "2.5.13.13", "TRUE", "TRUE", yes},
    {"booleanMatch", "2.5.13.13", "TRUE", "FALSE", no},
    {"booleanMatch", "2.5.13.13", "TRUE", "1", undefined},
    {"caseExactIA5Match", "1.3.6.1.4.1.1466.109.114.1", "/Home/a", "/Home/a", yes},
    {"caseExactIA5Match", "1.3.6.1.4.1.1466.109.114.1", "/Home/a", "/home/a", no},
    {"caseExactIA5Match", "1.3.6.1.4.1.1466.109.114.1", "a", "\xc3\xa4", undefined},
    {"caseExactMatch", "2.5.13.5", "Foo  Bar", " Foo Bar ", yes},
    {"caseExactMatch", "2.5.13.5", "Foo Bar", "foo bar", no},
    {"caseExactMatch", "2.5.13.5", "a", "\xff", undefined},
    {"caseExactOrderingMatch", "2.5.13.6", "B", "a", yes},
    {"caseExactOrderingMatch", "2.5.13.6", "a", "B", no},
    {"caseExactOrderingMatch", "2.5.13.6", "a", "a", no},
    {"caseIgnoreIA5Match", "1.3.6.1.4.1.1466.109.114.2", "Ann@X.org", "ann@x.ORG", yes},
    {"caseIgnoreIA5Match", "1.3.6.1.4.1.1466.109.114.2", "ann", "bob", no},
    {"caseIgnoreIA5Match", "1.3.6.1.4.1.1466.109.114.2", "ann", "\xc3\xa4", undefined},
    {"caseIgnoreListMatch", "2.5.13.11", "1 A St$B  Town", "1 a st$b town", yes},
    {"caseIgnoreListMatch", "2.5.13.11", "a$b", "a", no},
    {"caseIgnoreListMatch", "2.5.13.11", "a", "\xff", undefined},
    {"caseIgnoreMatch", "2.5.13.2", "\xc3\x84rger", "a\xcc\x88rger", yes},
    {"caseIgnoreMatch", "2.5.13.2",
     "stra\xc3\x9f"
     "e",
     "STRASSE", yes},
    {"caseIgnoreMatch", "2.5.13.2", "a", "b", no},
    {"caseIgnoreMatch", "2.5.13.2", "a", "\xee\x80\x80", undefined},
    {"caseIgnoreOrderingMatch", "2.5.13.3", "a", "B", yes},
    {"caseIgnoreOrderingMatch", "2.5.13.3", "C", "b", no},
    {"distinguishedNameMatch", "2.5.13.1", "CN=A + ou=x,DC=y", "ou=X+2.5.4.3=a, dc=Y", yes},
    {"distinguishedNameMatch", "2.5.13.1", "cn=a,dc=y", "cn=a", no},
    {"distinguishedNameMatch", "2.5.13.1", "cn=a", "a", undefined},
    {"generalizedTimeMatch", "2.5.13.27", "20240229120000Z", "202402291300+0100", yes},
    {"generalizedTimeMatch", "2.5.13.27", "20240229120000Z", "20240229120001Z", no},
    {"generalizedTimeMatch", "2.5.13.27", "20240229120000Z", "20240229120000", undefined},
    {"generalizedTimeMatch", "2.5.13.27", "20240229120000Z", "20230229120000Z", undefined},
    {"generalizedTimeOrderingMatch", "2.5.13.28", "20240101000000Z", "20240101000000.5Z", yes},
    {"generalizedTimeOrderingMatch", "2.5.13.28", "2025010100Z", "2024010100Z", no},
    {"integerFirstComponentMatch", "2.5.13.29", "( 7 NAME 'x' )", "7", yes},
    {"integerFirstComponentMatch", "2.5.13.29", "( 7 NAME 'x' )", "8", no},
    {"integerFirstComponentMatch", "2.5.13.29", "( 7 NAME 'x' )", "x", undefined},
    {"integerMatch", "2.5.13.14", "-12", "-12", yes},
    {"integerMatch", "2.5.13.14", "12", "13", no},
    {"integerMatch", "2.5.13.14", "12", "012", undefined},
    {"integerOrderingMatch", "2.5.13.15", "-100", "9", yes},
    {"integerOrderingMatch", "2.5.13.15", "99999999999999999999", "100000000000000000000", yes},
    {"integerOrderingMatch", "2.5.13.15", "10", "9", no},
    {"numericStringMatch", "2.5.13.8", "15 079 672 281", "1507967 2281", yes},
    {"numericStringMatch", "2.5.13.8", "12", "13", no},
    {"numericStringMatch", "2.5.13.8", "12", "1-2", undefined},
    {"numericStringMatch", "2.5.13.8", "12", "", undefined},
    {"numericStringMatch", "2.5.13.8", "12", "12\x01", undefined},
    {"numericStringMatch", "2.5.13.8", " ", "   ", yes},
    {"numericStringOrderingMatch", "2.5.13.9", "1 2", "13", yes},
    {"numericStringOrderingMatch", "2.5.13.9", "2", "13", no},
    {"objectIdentifierFirstComponentMatch", "2.5.13.30", "( 2.5.4.3 NAME 'cn' )", "CN", yes},
    {"objectIdentifierFirstComponentMatch", "2.5.13.30", "( 2.5.4.3 NAME 'cn' )", "2.5.4.3", yes},
    {"objectIdentifierFirstComponentMatch", "2.5.13.30", "( 2.5.4.3 NAME 'cn' )", "sn", no},
    {"objectIdentifierFirstComponentMatch", "2.5.13.30", "( 2.5.4.3 NAME 'cn' )", "a b", undefined},
    {"objectIdentifierMatch", "2.5.13.0", "person", "2.5.6.6", yes},
    {"objectIdentifierMatch", "2.5.13.0", "PERSON", "person", yes},
    {"objectIdentifierMatch", "2.5.13.0", "person", "top", no},
    {"objectIdentifierMatch", "2.5.13.0", "person", "two words", undefined},
    {"octetStringMatch", "2.5.13.17", std::string_view("\0\1", 2), std::string_view("\0\1", 2),
     yes},
    {"octetStringMatch", "2.5.13.17", "a", "A", no},
    {"octetStringOrderingMatch", "2.5.13.18", "a", "ab", yes},
    {"octetStringOrderingMatch", "2.5.13.18", "\x7f", "\x80", yes},
    {"octetStringOrderingMatch", "2.5.13.18", "b", "ab", no},
    {"telephoneNumberMatch", "2.5.13.20", "+1 512-315-0280", "+15123150280", yes},
    {"telephoneNumberMatch", "2.5.13.20", "+1 512", "+1 513", no},
    {"telephoneNumberMatch", "2.5.13.20", "+1 512", "\xc3\xa4", undefined},
    {"uniqueMemberMatch", "2.5.13.23", "cn=A#'01'B", "cn=a#'01'B", yes},
    {"uniqueMemberMatch", "2.5.13.23", "cn=A", "cn=a", yes},
    {"uniqueMemberMatch", "2.5.13.23", "cn=a#'01'B", "cn=a#'1'B", no},
    {"uniqueMemberMatch", "2.5.13.23", "cn=a#'01'B", "cn=a", no},
    {"uniqueMemberMatch", "2.5.13.23", "cn=a", "nobody", undefined},
    {"uuidMatch", "1.3.6.1.1.16.2", "597AE2F6-16A6-1027-98F4-D28B5365DC14",
     "597ae2f6-16a6-1027-98f4-d28b5365dc14", yes},
    {"uuidMatch", "1.3.6.1.1.16.2", "597ae2f6-16a6-1027-98f4-d28b5365dc14",
     "597ae2f6-16a6-1027-98f4-d28b5365dc15", no},
    {"uuidMatch", "1.3.6.1.1.16.2", "597ae2f6-16a6-1027-98f4-d28b5365dc14",
     "597ae2f616a6102798f4d28b5365dc14", undefined},
    {"uuidOrderingMatch", "1.3.6.1.1.16.3", "597ae2f6-16a6-1027-98f4-d28b5365dc14",
     "597ae2f6-16a6-1027-98f4-d28b5365dc15", yes},
};

Truth evaluate(const NamedRule& rule, const Row& row) {
  std::string value;
  std::string assertion;
  if (!prepare(rule.rule, row.assertion, assertion)) return undefined;
  if (!prepare(rule.rule, row.value, value)) return undefined;
  const int order = compare(rule.rule, value, assertion);
  return (rule.use == RuleUse::ordering ? order < 0 : order == 0) ? yes : no;
}

class MatchingTable : public testing::TestWithParam<Row> {};

TEST_P(MatchingTable, Rfc4517_4_2_TrueFalseUndefined) {
  const Row& row = GetParam();
  const NamedRule* rule = find_rule(row.rule);
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(find_rule(row.oid), rule);
  if (rule->use == RuleUse::ordering) {
    EXPECT_TRUE(has_ordering(rule->rule));
  }
  EXPECT_EQ(evaluate(*rule, row), row.truth);
}

INSTANTIATE_TEST_SUITE_P(Rules, MatchingTable, testing::ValuesIn(kRows));

TEST(LdapMatching, MsAdts_3_1_1_3_4_4_RulesOfExtensibleFilters) {
  EXPECT_EQ(find_rule("1.2.840.113556.1.4.803")->use, RuleUse::bit_and);
  EXPECT_EQ(find_rule("1.2.840.113556.1.4.804")->use, RuleUse::bit_or);
  EXPECT_EQ(find_rule("1.2.840.113556.1.4.1941")->use, RuleUse::in_chain);
  EXPECT_EQ(find_rule("1.2.840.113556.1.4.1941")->rule, Rule::distinguishedName);
}

TEST(LdapMatching, Rfc4517_4_2_SubstringRules) {
  for (const std::string_view name :
       {"caseExactSubstringsMatch", "caseIgnoreSubstringsMatch", "caseIgnoreIA5SubstringsMatch",
        "caseIgnoreListSubstringsMatch", "numericStringSubstringsMatch",
        "telephoneNumberSubstringsMatch", "caseExactIA5SubstringsMatch"}) {
    const NamedRule* rule = find_rule(name);
    ASSERT_NE(rule, nullptr) << name;
    EXPECT_EQ(rule->use, RuleUse::substrings) << name;
    EXPECT_TRUE(has_substrings(rule->rule)) << name;
  }
  for (const Rule rule : {Rule::integer, Rule::distinguishedName, Rule::octetString, Rule::uuid,
                          Rule::generalizedTime, Rule::boolean})
    EXPECT_FALSE(has_substrings(rule));
}

// 4517 4.2.10: a piece is not found across two lines; 4518 2.6.2, 2.6.3: spaces and hyphens of a
// piece mean nothing.
TEST(LdapMatching, Rfc4517_4_2_10_PiecesStayInTheirLine) {
  const auto found = [](Rule rule, std::string_view value, std::string_view piece) {
    std::string text;
    std::string part;
    std::size_t from = 0;
    return prepare(rule, value, text) &&
           prepare_substring(rule, SubstringPiece::Place::any, piece, part) &&
           match_piece(text, SubstringPiece::Place::any, part, from);
  };
  EXPECT_TRUE(found(Rule::caseIgnoreList, "Main St$Springfield", "springF"));
  EXPECT_FALSE(found(Rule::caseIgnoreList, "Main St$Springfield", "stspring"));
  EXPECT_TRUE(found(Rule::telephoneNumber, "+1 512-315-0280", "2 3-15"));
  EXPECT_TRUE(found(Rule::numericString, "15 079", "50 7"));
}

}  // namespace
}  // namespace postern::ldap
