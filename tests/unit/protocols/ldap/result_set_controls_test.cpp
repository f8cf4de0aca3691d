#include "protocols/ldap/result_set_controls.h"

#include <gtest/gtest.h>

#include "protocols/ldap/oids.h"
#include "unit/protocols/ldap/octets.h"

namespace postern::ldap {
namespace {

using test::digits;
using test::for_each_prefix;
using test::octets;
using test::OneControl;

TEST(LdapPaging, Rfc2696_2_RequestAsLdapsearchSendsIt) {
  const std::string value = octets("3005 020164 0400");
  const auto page = decode_paged_results(value);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->size, 100U);
  EXPECT_EQ(page->cookie, "");
}

TEST(LdapPaging, Rfc2696_2_CookieAndLargestSize) {
  const std::string value = octets("300b 02047fffffff 0403 00ff41");
  const auto page = decode_paged_results(value);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->size, 2147483647U);
  EXPECT_EQ(page->cookie, std::string_view("\0\xff\x41", 3));
}

TEST(LdapPaging, Rfc2696_2_UnusableValues) {
  EXPECT_FALSE(decode_paged_results(std::nullopt).ok());
  EXPECT_FALSE(decode_paged_results("").ok());
  EXPECT_FALSE(decode_paged_results(octets("3005 0201ff 0400")).ok()) << "negative";
  EXPECT_FALSE(decode_paged_results(octets("3007 020500ffffffff 0400")).ok()) << "too large";
  EXPECT_FALSE(decode_paged_results(octets("3005 020164 0400 00")).ok()) << "octets behind";
  EXPECT_FALSE(decode_paged_results(octets("3003 020164")).ok()) << "no cookie";
  EXPECT_FALSE(decode_paged_results(octets("3009 020164 2404 04020000")).ok()) << "constructed";
  for_each_prefix(octets("3005 020164 0400"), [](const std::string& prefix) {
    EXPECT_FALSE(decode_paged_results(prefix).ok());
  });
}

TEST(LdapPaging, Rfc2696_3_ResponseControl) {
  Octets run;
  append_paged_results(run, {0, "ab"});
  const OneControl one(run);
  EXPECT_EQ(one.control.oid, oid::kPagedResults);
  EXPECT_FALSE(one.control.critical);
  EXPECT_EQ(digits(*one.control.value),
            "30070201000402"
            "6162");
}

TEST(LdapSort, Rfc2891_1_1_RequestsAsLdapsearchSendsThem) {
  const std::string shortest = octets("3006 3004 0402636e");
  const auto one = decode_sort_request(shortest);
  ASSERT_TRUE(one.ok());
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ(one->at(0).attribute, "cn");
  EXPECT_EQ(one->at(0).ordering_rule, "");
  EXPECT_FALSE(one->at(0).reverse);
  const std::string value = octets(
      "3029 3020 0402636e 8017 6361736549676e6f72654f72646572696e674d61746368 8101ff 3005 "
      "0403756964");
  const auto two = decode_sort_request(value);
  ASSERT_TRUE(two.ok());
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ(two->at(0).ordering_rule, "caseIgnoreOrderingMatch");
  EXPECT_TRUE(two->at(0).reverse);
  EXPECT_EQ(two->at(1).attribute, "uid");
  EXPECT_FALSE(two->at(1).reverse);
}

TEST(LdapSort, Rfc2891_1_1_AtLeastOneKey) {
  EXPECT_FALSE(decode_sort_request(octets("3000")).ok());
  EXPECT_FALSE(decode_sort_request(octets("3002 3000")).ok());
  EXPECT_FALSE(decode_sort_request(std::nullopt).ok());
  EXPECT_FALSE(decode_sort_request(octets("3006 3004 0402636e 0500")).ok());
  for_each_prefix(octets("3009 3007 0402636e 8101ff"), [](const std::string& prefix) {
    EXPECT_FALSE(decode_sort_request(prefix).ok());
  });
}

TEST(LdapSort, KeysAreBounded) {
  for (const std::size_t count : {kMaxSortKeys, kMaxSortKeys + 1}) {
    Octets value;
    const std::size_t list = ber::open(value, ber::kSequence);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t key = ber::open(value, ber::kSequence);
      ber::append_string(value, "cn");
      ber::close(value, key);
    }
    ber::close(value, list);
    const std::string text(ber::text_of(OctetPiece(value)));
    EXPECT_EQ(decode_sort_request(text).ok(), count == kMaxSortKeys);
  }
}

TEST(LdapSort, Rfc2891_1_2_ResponseControl) {
  Octets plain;
  append_sort_response(plain, ResultCode::success);
  EXPECT_EQ(digits(*OneControl(plain).control.value), "30030a0100");
  Octets named;
  append_sort_response(named, ResultCode::noSuchAttribute, "xyz");
  const OneControl one(named);
  EXPECT_EQ(one.control.oid, oid::kSortResponse);
  EXPECT_EQ(digits(*one.control.value), "30080a0110800378797a");
}

TEST(LdapVlv, Draft09_6_1_ByOffsetAsLdapsearchSendsIt) {
  const auto request = decode_vlv_request(octets("300e 020100 020102 a006 020101 020100"));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->before, 0U);
  EXPECT_EQ(request->after, 2U);
  EXPECT_FALSE(request->assertion);
  EXPECT_EQ(request->offset, 1U);
  EXPECT_EQ(request->content_count, 0U);
  EXPECT_FALSE(request->context);
}

TEST(LdapVlv, Draft09_6_1_ByValueWithContext) {
  const std::string value = octets("300d 020101 020102 810162 0402 0001");
  const auto request = decode_vlv_request(value);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->assertion, "b");
  EXPECT_EQ(request->context, std::string_view("\0\1", 2));
}

TEST(LdapVlv, Draft09_6_1_UnusableValues) {
  EXPECT_FALSE(decode_vlv_request(std::nullopt).ok());
  EXPECT_FALSE(decode_vlv_request(octets("3006 020101 020102")).ok()) << "no target";
  EXPECT_FALSE(decode_vlv_request(octets("300e 0201ff 020102 a006 020101 020100")).ok());
  EXPECT_FALSE(decode_vlv_request(octets("300b 020100 020102 a003 020101")).ok());
  EXPECT_FALSE(decode_vlv_request(octets("3009 020100 020102 820162")).ok()) << "other choice";
  for_each_prefix(octets("300d 020101 020102 810162 0402 0001"),
                  [](const std::string& prefix) { EXPECT_FALSE(decode_vlv_request(prefix).ok()); });
}

TEST(LdapVlv, Draft09_6_2_ResponseControl) {
  Octets run;
  append_vlv_response(run, {3, 200, ResultCode::success, "c"});
  const OneControl one(run);
  EXPECT_EQ(one.control.oid, oid::kVlvResponse);
  EXPECT_EQ(digits(*one.control.value), "300d020103020200c80a0100040163");
  Octets error;
  append_vlv_response(error, {0, 0, ResultCode::sortControlMissing, {}});
  EXPECT_EQ(digits(*OneControl(error).control.value), "30090201000201000a013c");
}

}  // namespace
}  // namespace postern::ldap
