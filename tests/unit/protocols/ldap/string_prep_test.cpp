#include "protocols/ldap/string_prep.h"

#include <gtest/gtest.h>

namespace postern::ldap {
namespace {

std::string fold(std::string_view text) {
  std::string out;
  return prepare_string(Fold::ignore_case, text, out) ? out : "invalid";
}

TEST(LdapStringPrep, Rfc4518_2_2_MapsToNothingAndToSpace) {
  EXPECT_EQ(fold("a\xc2\xad"
                 "b"),
            "ab");  // soft hyphen
  EXPECT_EQ(fold("a\xe2\x80\x8b"
                 "b"),
            "ab");  // zero width space
  EXPECT_EQ(fold("a\xef\xbb\xbf"
                 "b"),
            "ab");  // byte order mark
  EXPECT_EQ(fold("a\xe1\xa0\x86\xef\xb8\x8f"
                 "b"),
            "ab");  // todo soft hyphen, variation selector
  EXPECT_EQ(fold("a\tb\r\nc"), "a b c");
  EXPECT_EQ(fold("a\xc2\x85\xc2\xa0\xe3\x80\x80"
                 "b"),
            "a b");  // next line, no-break, ideographic space
  EXPECT_EQ(fold(std::string_view("a\0\x7f\x01"
                                  "b",
                                  5)),
            "ab");
}

TEST(LdapStringPrep, Rfc4518_2_3_NormalisesAndFolds) {
  EXPECT_EQ(fold("\xc3\x84"), fold("A\xcc\x88"));  // composed and decomposed
  EXPECT_EQ(fold("STRASSE"), fold("stra\xc3\x9f"
                                  "e"));
  EXPECT_EQ(fold("\xef\xac\x81x"), "fix");  // fi ligature
  EXPECT_EQ(fold("\xe2\x84\xa1"), "tel");   // folds after compatibility mapping
  EXPECT_EQ(fold("\xce\xa3\xcf\x82"), fold("\xcf\x83\xcf\x83"));
  std::string out;
  ASSERT_TRUE(prepare_string(Fold::exact, "\xc3\x84 B", out));
  EXPECT_EQ(out, "\xc3\x84 B");
}

TEST(LdapStringPrep, Rfc4518_2_4_ProhibitedIsUndefined) {
  EXPECT_EQ(fold("a\xef\xbf\xbd"), "invalid");  // replacement character
  EXPECT_EQ(fold("\xee\x80\x80"), "invalid");   // private use
  EXPECT_EQ(fold("\xef\xb7\x90"), "invalid");   // no character
  EXPECT_EQ(fold("\xed\xa0\x80"), "invalid");   // surrogate
  EXPECT_EQ(fold("\xff"), "invalid");
  EXPECT_EQ(fold("\xc0\x80"), "invalid");  // overlong
  EXPECT_EQ(fold("\xf4\x90\x80\x80"), "invalid");
}

TEST(LdapStringPrep, Rfc4518_2_6_1_InsignificantSpaces) {
  EXPECT_EQ(fold("  foo   bar  "), "foo bar");
  EXPECT_EQ(fold("   "), "");
  EXPECT_EQ(fold(""), "");
  EXPECT_EQ(fold("a  \xcc\x88"
                 "b"),
            "a  \xcc\x88"
            "b");  // a space with a mark is a letter
  EXPECT_EQ(fold(" \xcc\x88"), " \xcc\x88");
}

TEST(LdapStringPrep, Idempotent) {
  for (const std::string_view text :
       {"  Foo  B\xc3\x84r ", " \xcc\x88 x", "\xe2\x84\xa1 \xef\xac\x81", "a  \xcc\x88  b"}) {
    EXPECT_EQ(fold(fold(text)), fold(text));
  }
}

}  // namespace
}  // namespace postern::ldap
