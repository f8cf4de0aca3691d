// Percent-encoding, queries, cookies and where a page may lead.

#include "http/text.h"

#include <gtest/gtest.h>

#include "core/html_text.h"

namespace postern::http {
namespace {

TEST(HttpText, Rfc3986_2_1_DecodingIsTotal) {
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("a+c", false), "a+c");
  EXPECT_EQ(percent_decode("%e4%BD%a0", false), "\xe4\xbd\xa0");
  for (const char* bad : {"%", "%2", "%zz", "%00", "a%"}) {
    EXPECT_FALSE(percent_decode(bad, true).has_value()) << bad;
  }
  EXPECT_EQ(percent_encode("a b/\xc3\xa9~"), "a%20b%2F%C3%A9~");
  EXPECT_EQ(percent_decode(percent_encode("&=%+\xff"), false), "&=%+\xff");
}

TEST(HttpText, QueriesKeepRepeatedKeysAndTheLastOneCounts) {
  const auto query = Query::parse("a=1&b=&a=2&&c&d=x%3Dy");
  ASSERT_TRUE(query);
  EXPECT_EQ(*query->find("a"), "2");
  EXPECT_EQ(query->all("a").size(), 2U);
  EXPECT_EQ(*query->find("b"), "");
  EXPECT_EQ(*query->find("c"), "");
  EXPECT_EQ(*query->find("d"), "x=y");
  EXPECT_EQ(query->find("e"), nullptr);
  EXPECT_FALSE(Query::parse("a=%"));
  EXPECT_FALSE(Query::parse("a&b&c", 2));
}

TEST(HttpText, Rfc6265_5_4_CookiesAreFoundByTheirWholeName) {
  EXPECT_EQ(cookie("a=1; authentik_session=x; b=2", "authentik_session"), "x");
  EXPECT_EQ(cookie("not_authentik_session=1", "authentik_session"), "");
  EXPECT_EQ(cookie("a=1; a=2", "a"), "1");
  EXPECT_EQ(cookie("a", "a"), "");
}

TEST(HttpText, OpenRedirectsStayOnThisHost) {
  EXPECT_TRUE(is_local_path("/"));
  EXPECT_TRUE(is_local_path("/if/user/#/settings;%7B%7D"));
  for (const char* bad : {"", "a", "//host", "/\\host", "/a\\b", "https://host/", "/\thost", "/a b",
                          "javascript:alert(1)", "\\\\host", "/\r\nSet-Cookie: x"}) {
    EXPECT_FALSE(is_local_path(bad)) << bad;
  }
}

TEST(HttpText, HtmlIsEscaped) {
  EXPECT_EQ(core::html_escape("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

}  // namespace
}  // namespace postern::http
