#include "protocols/ldap/read_controls.h"

#include <gtest/gtest.h>

#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/filter_text.h"
#include "protocols/ldap/oids.h"
#include "unit/protocols/ldap/octets.h"

namespace postern::ldap {
namespace {

using test::digits;
using test::for_each_prefix;
using test::octets;
using test::OneControl;

TEST(LdapAssertion, Rfc4528_3_FilterAsLdapmodifySendsIt) {
  Filter filter;
  const std::string value = octets("a014 a307 0402636e 040161 a209 a307 0402736e 040162");
  ASSERT_TRUE(decode_assertion(value, filter).ok());
  EXPECT_EQ(to_text(filter), "(&(cn=a)(!(sn=b)))");
}

TEST(LdapAssertion, Rfc4528_3_UnusableValues) {
  Filter filter;
  EXPECT_FALSE(decode_assertion(std::nullopt, filter).ok());
  EXPECT_FALSE(decode_assertion("", filter).ok());
  EXPECT_FALSE(decode_assertion(octets("a307 0402636e 040161 00"), filter).ok());
  for_each_prefix(octets("a307 0402636e 040161"), [&](const std::string& prefix) {
    EXPECT_FALSE(decode_assertion(prefix, filter).ok());
  });
}

TEST(LdapReadEntry, Rfc4527_3_1_RequestsAsLdapmodifySendsThem) {
  const std::string value = octets("300a 0402636e 04046d61696c");
  const auto names = decode_read_request(value);
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(*names, (std::vector<std::string_view>{"cn", "mail"}));
  const auto all = decode_read_request(octets("3000"));
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(all->empty());
}

TEST(LdapReadEntry, Rfc4527_3_1_UnusableValues) {
  EXPECT_FALSE(decode_read_request(std::nullopt).ok());
  EXPECT_FALSE(decode_read_request(octets("3003 020101")).ok());
  EXPECT_FALSE(decode_read_request(octets("3000 00")).ok());
  for_each_prefix(octets("300a 0402636e 04046d61696c"), [](const std::string& prefix) {
    EXPECT_FALSE(decode_read_request(prefix).ok());
  });
}

TEST(LdapReadEntry, Rfc4527_3_1_ResponseHoldsASearchResultEntry) {
  Octets attributes;
  const std::string_view values[] = {"a", "bc"};
  append_partial_attribute(attributes, "cn", values);
  Octets run;
  append_read_response(run, oid::kPostRead, "cn=a", attributes);
  const OneControl one(run);
  EXPECT_EQ(one.control.oid, "1.3.6.1.1.13.2");
  EXPECT_EQ(digits(*one.control.value),
            "6417"
            "0404636e3d61"
            "300f"
            "300d"
            "0402636e"
            "3107"
            "040161"
            "04026263");
}

TEST(LdapReadEntry, Rfc4527_3_1_ResponseLongerThanAShortLength) {
  const std::string long_value(300, 'x');
  const std::string_view values[] = {long_value};
  Octets attributes;
  append_partial_attribute(attributes, "cn", values);
  Octets run;
  append_read_response(run, oid::kPreRead, "cn=a", attributes);
  const OneControl one(run);
  ASSERT_TRUE(one.control.value);
  EXPECT_NE(one.control.value->find(long_value), std::string_view::npos);
}

TEST(LdapMatchedValues, Rfc3876_2_ItemsAsLdapsearchSendsThem) {
  Filter filter;
  const std::string value = octets(
      "302d 87046d61696c a40b 04046d61696c 3003 800161 "
      "a918 810e 6361736545786163744d61746368 8203 756964 8301 78");
  ASSERT_TRUE(decode_matched_values(value, filter).ok());
  EXPECT_EQ(to_text(filter), "(|(mail=*)(mail=a*)(uid:caseExactMatch:=x))");
}

TEST(LdapMatchedValues, Rfc3876_2_EverySimpleItem) {
  for (const std::string_view item :
       {"(a=b)", "(a>=b)", "(a<=b)", "(a~=b)", "(a=*)", "(a=b*c)", "(a:2.5.13.2:=b)"}) {
    const auto parsed = parse_filter(item);
    Octets value;
    const std::size_t list = ber::open(value, ber::kSequence);
    append_filter(value, parsed->filter);
    ber::close(value, list);
    Filter filter;
    const std::string text(ber::text_of(OctetPiece(value)));
    ASSERT_TRUE(decode_matched_values(text, filter).ok()) << item;
    EXPECT_EQ(to_text(filter), "(|" + std::string(item) + ")");
  }
}

TEST(LdapMatchedValues, Rfc3876_2_NothingButSimpleItems) {
  for (const std::string_view item : {"(&(a=b))", "(|(a=b))", "(!(a=b))", "(a:dn:=b)"}) {
    const auto parsed = parse_filter(item);
    Octets value;
    const std::size_t list = ber::open(value, ber::kSequence);
    append_filter(value, parsed->filter);
    ber::close(value, list);
    Filter filter;
    const std::string text(ber::text_of(OctetPiece(value)));
    EXPECT_FALSE(decode_matched_values(text, filter).ok()) << item;
  }
  Filter filter;
  EXPECT_FALSE(decode_matched_values(octets("3000"), filter).ok());
  EXPECT_FALSE(decode_matched_values(octets("87046d61696c"), filter).ok()) << "no list";
  EXPECT_FALSE(decode_matched_values(std::nullopt, filter).ok());
}

TEST(LdapDeref, Draft_RequestAsLdapsearchSendsIt) {
  const std::string value = octets(
      "3027 300f 0406 6d656d626572 3005 0403 756964 "
      "3014 0408 6d656d6265724f66 3008 0402636e 04026f75");
  const auto specs = decode_deref_request(value);
  ASSERT_TRUE(specs.ok());
  ASSERT_EQ(specs->size(), 2U);
  EXPECT_EQ(specs->at(0).attribute, "member");
  EXPECT_EQ(specs->at(0).attributes, (std::vector<std::string_view>{"uid"}));
  EXPECT_EQ(specs->at(1).attribute, "memberOf");
  EXPECT_EQ(specs->at(1).attributes, (std::vector<std::string_view>{"cn", "ou"}));
}

TEST(LdapDeref, Draft_UnusableValues) {
  EXPECT_FALSE(decode_deref_request(std::nullopt).ok());
  EXPECT_FALSE(decode_deref_request(octets("3000")).ok());
  EXPECT_FALSE(decode_deref_request(octets("3008 3006 0402636e 3000")).ok()) << "no attribute";
  EXPECT_FALSE(decode_deref_request(octets("3018 300a 0402636e 3004 0402 736e "
                                           "300a 0402434e 3004 0402 736e"))
                   .ok())
      << "the same attribute twice";
  for_each_prefix(
      octets("3011 300f 0406 6d656d626572 3005 0403 756964"),
      [](const std::string& prefix) { EXPECT_FALSE(decode_deref_request(prefix).ok()); });
}

TEST(LdapDeref, AttributesAreBoundedOverAllSpecs) {
  for (const std::size_t extra : {0U, 1U}) {
    Octets value;
    const std::size_t list = ber::open(value, ber::kSequence);
    for (const std::size_t count : {std::size_t{200}, kMaxDerefAttributes - 200 + extra}) {
      const std::size_t spec = ber::open(value, ber::kSequence);
      ber::append_string(value, count == 200 ? "member" : "owner");
      const std::size_t names = ber::open(value, ber::kSequence);
      for (std::size_t i = 0; i < count; ++i) ber::append_string(value, "cn");
      ber::close(value, names);
      ber::close(value, spec);
    }
    ber::close(value, list);
    const std::string text(ber::text_of(OctetPiece(value)));
    EXPECT_EQ(decode_deref_request(text).ok(), extra == 0);
  }
}

TEST(LdapDeref, Draft_ResponseWithAndWithoutAttributes) {
  Octets attributes;
  const std::string_view values[] = {"x"};
  append_partial_attribute(attributes, "uid", values);
  Octets results;
  append_deref_result(results, "member", "cn=x", attributes);
  append_deref_result(results, "member", "cn=y", {});
  Octets run;
  append_deref_response(run, results);
  const OneControl one(run);
  EXPECT_EQ(one.control.oid, oid::kDeref);
  EXPECT_EQ(digits(*one.control.value),
            "302e"
            "301c"
            "04066d656d626572"
            "0404636e3d78"
            "a00c"
            "300a"
            "0403756964"
            "3103"
            "040178"
            "300e"
            "04066d656d626572"
            "0404636e3d79");
}

TEST(LdapSubentries, Rfc3672_3_ValueIsABoolean) {
  const auto visible = decode_subentries(octets("0101ff"));
  ASSERT_TRUE(visible.ok());
  EXPECT_TRUE(*visible);
  EXPECT_FALSE(*decode_subentries(octets("010100")));
  EXPECT_FALSE(decode_subentries(std::nullopt).ok());
  EXPECT_FALSE(decode_subentries("").ok());
  EXPECT_FALSE(decode_subentries(octets("0101ff00")).ok());
  EXPECT_FALSE(decode_subentries(octets("0102ff00")).ok());
}

TEST(LdapControls, Rfc3296_3_ControlsWithoutAValueRefuseOne) {
  EXPECT_TRUE(decode_no_value(std::nullopt).ok());
  EXPECT_TRUE(decode_no_value("").ok());
  EXPECT_FALSE(decode_no_value("x").ok());
}

}  // namespace
}  // namespace postern::ldap
