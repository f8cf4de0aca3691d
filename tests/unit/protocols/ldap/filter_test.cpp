#include <gtest/gtest.h>

#include "protocols/ber/writer.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/filter_text.h"

namespace postern::ldap {
namespace {

using Place = SubstringPiece::Place;

// Text -> Filter -> BER -> Filter -> text.
std::string round_trip(std::string_view text) {
  const auto parsed = parse_filter(text);
  if (!parsed.ok()) return "text: " + std::string(parsed.error().what);
  Octets ber;
  append_filter(ber, parsed->filter);
  Filter decoded;
  const auto done = decode_filter(ber, decoded);
  if (!done.ok()) return "ber: " + std::string(done.error().what);
  return to_text(decoded);
}

bool decodes(const Octets& ber) {
  Filter filter;
  return decode_filter(ber, filter).ok();
}

TEST(LdapFilter, Rfc4515_4_ExamplesRoundTrip) {
  for (const std::string_view text : {"(cn=Babs Jensen)",
                                      "(!(cn=Tim Howes))",
                                      "(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))",
                                      "(o=univ*of*mich*)",
                                      "(seeAlso=)",
                                      "(cn:caseExactMatch:=Fred Flintstone)",
                                      "(cn:=Betty Rubble)",
                                      "(sn:dn:2.4.6.8.10:=Barney Rubble)",
                                      "(o:dn:=Ace Industry)",
                                      "(:1.2.3:=Wilma Flintstone)",
                                      "(:dn:2.4.6.8.10:=Dino)",
                                      "(o=Parens R Us \\28for all your parenthetical needs\\29)",
                                      "(cn=*\\2a*)",
                                      "(filename=C:\\5cMyFile)",
                                      "(bin=\\00\\00\\00\\04)",
                                      "(sn=Lu\xc4\x8di\xc4\x87)",
                                      "(1.3.6.1.4.1.1466.0=\\04\\02\\48\\69)",
                                      "(a>=1)",
                                      "(a<=1)",
                                      "(a~=1)",
                                      "(a=*)",
                                      "(&)",
                                      "(|)",
                                      "(a=*b)",
                                      "(a=b*)",
                                      "(a=*b*)",
                                      "(a=b*c*d)"}) {
    const std::string back = round_trip(text);
    if (text.find("\\04\\02") == std::string_view::npos) {
      EXPECT_EQ(back, text);
    } else {
      EXPECT_EQ(back, "(1.3.6.1.4.1.1466.0=\\04\\02Hi)");
    }
  }
}

TEST(LdapFilter, Rfc4515_3_OctetsThatAreNoUtf8AreEscaped) {
  EXPECT_EQ(round_trip("(a=\\ff\\0a)"), "(a=\\ff\\0a)");
  EXPECT_EQ(round_trip("(sn=Lu\\c4\\8di\\c4\\87)"), "(sn=Lu\xc4\x8di\xc4\x87)");
}

TEST(LdapFilter, Rfc4515_3_SpecialCharactersAreWrittenEscaped) {
  EXPECT_EQ(round_trip("(a=\\2A\\28\\29\\5C\\00)"), "(a=\\2a\\28\\29\\5c\\00)");
  std::string out;
  append_escaped_assertion(out, std::string_view("*()\\\0", 5));
  EXPECT_EQ(out, "\\2a\\28\\29\\5c\\00");
}

TEST(LdapFilter, Rfc4515_3_UnescapedUtf8IsRead) {
  EXPECT_EQ(round_trip("(sn=Lu\xc4\x8di\xc4\x87)"), "(sn=Lu\xc4\x8di\xc4\x87)");
}

TEST(LdapFilter, TextErrors) {
  for (const std::string_view text :
       {"",       "(",       "()",         "(a=b",    "(a=b))",  "a=b)",       "(a)",
        "(=b)",   "(a=\\2)", "(a=\\zz)",   "(a=b(c)", "(a=**)",  "(a=b**c)",   "(!(a=b)(c=d))",
        "(!)",    "(:=x)",   "(a:b:c:=x)", "(a>b)",   "(&(a=b)", "(a=b)(c=d)", "((a=b))",
        "(::=x)", "x"}) {
    EXPECT_FALSE(parse_filter(text).ok()) << text;
  }
  EXPECT_TRUE(parse_filter("cn=a").ok());
}

TEST(LdapFilter, ChildrenAreContiguous) {
  const auto parsed = parse_filter("(&(|(a=1)(b=2))(c=x*y)(!(d=4)))");
  ASSERT_TRUE(parsed.ok());
  Octets ber;
  append_filter(ber, parsed->filter);
  Filter filter;
  ASSERT_TRUE(decode_filter(ber, filter).ok());
  ASSERT_EQ(filter.nodes.size(), 7U);
  const FilterNode& root = filter.nodes[0];
  EXPECT_EQ(root.kind, FilterKind::conjunction);
  ASSERT_EQ(root.count, 3U);
  const FilterNode& either = filter.nodes[root.first];
  const FilterNode& pieces = filter.nodes[root.first + 1];
  const FilterNode& negation = filter.nodes[root.first + 2];
  EXPECT_EQ(filter.nodes[either.first + 1].attribute, "b");
  EXPECT_EQ(filter.pieces[pieces.first].place, Place::initial);
  EXPECT_EQ(filter.pieces[pieces.first + 1].place, Place::final);
  EXPECT_EQ(negation.count, 1U);
  EXPECT_EQ(filter.nodes[negation.first].attribute, "d");
}

TEST(LdapFilter, Rfc4511_4_5_1_NotIsExplicit) {
  EXPECT_TRUE(decodes({0xa2, 0x03, 0x87, 0x01, 'a'}));
  EXPECT_FALSE(decodes({0xa2, 0x00}));
  EXPECT_FALSE(decodes({0xa2, 0x06, 0x87, 0x01, 'a', 0x87, 0x01, 'b'}));
  EXPECT_FALSE(decodes({0x82, 0x01, 'a'}));
}

TEST(LdapFilter, Rfc4526_2_EmptySets) {
  EXPECT_TRUE(decodes({0xa0, 0x00}));
  EXPECT_TRUE(decodes({0xa1, 0x00}));
}

Octets substrings(std::initializer_list<std::pair<unsigned, std::string_view>> pieces) {
  Octets out;
  const std::size_t item = ber::open(out, 0xa4);
  ber::append_string(out, "cn");
  const std::size_t list = ber::open(out, ber::kSequence);
  for (const auto& piece : pieces) ber::append_string(out, piece.second, ber::context(piece.first));
  ber::close(out, list);
  ber::close(out, item);
  return out;
}

TEST(LdapFilter, Rfc4511_4_5_1_7_2_SubstringRules) {
  EXPECT_TRUE(decodes(substrings({{0, "a"}, {1, "b"}, {1, "c"}, {2, "d"}})));
  EXPECT_TRUE(decodes(substrings({{2, "d"}})));
  EXPECT_FALSE(decodes(substrings({})));
  EXPECT_FALSE(decodes(substrings({{0, "a"}, {0, "b"}})));
  EXPECT_FALSE(decodes(substrings({{1, "a"}, {0, "b"}})));
  EXPECT_FALSE(decodes(substrings({{2, "a"}, {2, "b"}})));
  EXPECT_FALSE(decodes(substrings({{2, "a"}, {1, "b"}})));
  EXPECT_FALSE(decodes(substrings({{3, "a"}})));
}

TEST(LdapFilter, Rfc4511_4_5_1_7_7_ExtensibleNeedsRuleOrType) {
  EXPECT_TRUE(decodes({0xa9, 0x06, 0x82, 0x01, 'a', 0x83, 0x01, 'v'}));
  EXPECT_TRUE(decodes({0xa9, 0x09, 0x81, 0x01, 'r', 0x83, 0x01, 'v', 0x84, 0x01, 0x00}));
  EXPECT_FALSE(decodes({0xa9, 0x03, 0x83, 0x01, 'v'}));
  EXPECT_FALSE(decodes({0xa9, 0x03, 0x82, 0x01, 'a'}));
}

TEST(LdapFilter, UnknownChoicesAreErrors) {
  EXPECT_FALSE(decodes({0x8a, 0x00}));
  EXPECT_FALSE(decodes({0x04, 0x00}));
  EXPECT_FALSE(decodes({0x67, 0x00}));
  EXPECT_FALSE(decodes({}));
}

TEST(LdapFilter, N20_DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    Octets out{0x87, 0x01, 'a'};
    for (std::size_t i = 1; i < depth; ++i) {
      Octets outer;
      ber::append_header(outer, 0xa2, out.size());
      ber::append_raw(outer, out);
      out = outer;
    }
    return out;
  };
  EXPECT_TRUE(decodes(nested(kMaxFilterDepth)));
  EXPECT_FALSE(decodes(nested(kMaxFilterDepth + 1)));
  std::string text(500, '(');
  for (std::size_t i = 0; i < text.size(); i += 2) text[i + 1] = '!';
  EXPECT_FALSE(parse_filter(text).ok());
}

TEST(LdapFilter, N20_NodeCountIsBounded) {
  const auto wide = [](std::size_t leaves) {
    Octets inside;
    for (std::size_t i = 0; i < leaves; ++i) ber::append_raw(inside, Octets{0x87, 0x01, 'a'});
    Octets out;
    ber::append_string(out, ber::text_of(inside), 0xa0);
    return out;
  };
  EXPECT_TRUE(decodes(wide(kMaxFilterNodes - 1)));
  EXPECT_FALSE(decodes(wide(kMaxFilterNodes)));
}

TEST(LdapFilter, ParsedFilterSurvivesAMove) {
  auto parsed = parse_filter("(cn=a)");
  ASSERT_TRUE(parsed.ok());
  const ParsedFilter moved = std::move(parsed).value();
  EXPECT_EQ(to_text(moved.filter), "(cn=a)");
}

}  // namespace
}  // namespace postern::ldap
