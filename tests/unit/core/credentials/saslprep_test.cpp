#include "core/credentials/saslprep.h"

#include <gtest/gtest.h>

namespace postern::core {
namespace {

TEST(SaslPrep, Rfc4013_3_Examples) {
  EXPECT_EQ(saslprep("I\xc2\xadX"), "IX");
  EXPECT_EQ(saslprep("user"), "user");
  EXPECT_EQ(saslprep("USER"), "USER");
  EXPECT_EQ(saslprep("\xc2\xaa"), "a");
  EXPECT_EQ(saslprep("\xe2\x85\xa8"), "IX");
  EXPECT_EQ(saslprep("\x07"), std::nullopt);
  EXPECT_EQ(saslprep("\xd8\xa7\x31"), std::nullopt) << "U+0627 U+0031: wrong directions";
}

TEST(SaslPrep, Rfc4013_2_1_SpacesAndWhatMapsToNothing) {
  EXPECT_EQ(saslprep("a\xc2\xa0"
                     "b\xe3\x80\x80"
                     "c"),
            "a b c");
  EXPECT_EQ(saslprep("a\xe2\x80\x8b"
                     "b"),
            "a b")
      << "U+200B";
  EXPECT_EQ(saslprep("a\xe2\x80\x8d"
                     "b\xef\xbb\xbf"),
            "ab")
      << "joiner and BOM";
  EXPECT_EQ(saslprep(" a  b "), " a  b ") << "ordinary spaces stay";
  EXPECT_EQ(saslprep(""), "");
}

TEST(SaslPrep, Rfc4013_2_2_Nfkc) {
  EXPECT_EQ(saslprep("u\xcc\x88"), "\xc3\xbc") << "composed";
  EXPECT_EQ(saslprep("\xef\xac\x81"), "fi") << "ligature";
  EXPECT_EQ(saslprep("\xc2\xb5"), "\xce\xbc") << "micro sign";
}

TEST(SaslPrep, Rfc4013_2_3_Prohibited) {
  for (const std::string_view text :
       {"a\x7f", "\xc2\x85", "\xee\x80\x80", "\xef\xbf\xbd", "\xef\xb7\x90", "\xe2\x80\xae",
        "\xe2\xbf\xb0", "\xf3\xa0\x80\xa1", "\xf0\x9f\xbf\xbe", "\xf4\x80\x80\x80", "\xe2\x80\xa8"})
    EXPECT_EQ(saslprep(text), std::nullopt) << testing::PrintToString(text);
}

TEST(SaslPrep, Rfc4013_2_4_Directions) {
  EXPECT_EQ(saslprep("\xd7\xa9\xd7\x9c"), "\xd7\xa9\xd7\x9c") << "Hebrew alone";
  EXPECT_EQ(saslprep("\xd8\xa7\x31\xd8\xa8"), "\xd8\xa7\x31\xd8\xa8");
  EXPECT_EQ(saslprep("\xd8\xa7"
                     "a\xd8\xa8"),
            std::nullopt);
}

TEST(SaslPrep, Rfc4013_2_5_UnassignedPassesInAQuery) {
  EXPECT_EQ(saslprep("\xcd\xb8"), "\xcd\xb8") << "U+0378";
  EXPECT_TRUE(saslprep("\xf0\x9f\xa6\x8a").has_value()) << "newer than Unicode 3.2";
}

TEST(SaslPrep, NotUtf8) {
  EXPECT_EQ(saslprep("\xff"), std::nullopt);
  EXPECT_EQ(saslprep("a\xc3"), std::nullopt);
}

TEST(SaslPrep, IsStable) {
  for (const std::string_view text : {"\xe2\x85\xa8 \xc2\xaa", "A\xcc\x8a\xe1\xba\x9b\xcc\xa3"}) {
    const auto once = saslprep(text);
    ASSERT_TRUE(once);
    EXPECT_EQ(saslprep(*once), once);
  }
}

TEST(SaslPrep, P28_WhatIsNoUtf8IsReadAsWindows1252) {
  EXPECT_TRUE(prepared_password("gr\xfc\xdf").equal("gr\xc3\xbc\xc3\x9f"));
  EXPECT_TRUE(prepared_password("Az\xe9rt\xe8\xe7\xe0"
                                "0")
                  .equal("Az\xc3\xa9rt\xc3\xa8\xc3\xa7\xc3\xa0"
                         "0"));
  EXPECT_TRUE(prepared_password("\xa3 5").equal("\xc2\xa3 5"));
  EXPECT_TRUE(prepared_password("\x80 \x9f").equal("\xe2\x82\xac \xc5\xb8")) << "euro, Y with dots";
}

TEST(SaslPrep, Rfc4513_13_WhatCannotBePreparedIsUsedAsItIs) {
  EXPECT_TRUE(prepared_password("\x07tab\t").equal("\x07tab\t"));
  EXPECT_TRUE(prepared_password("gr\xfc\x81").equal("gr\xfc\x81")) << "means nothing anywhere";
  EXPECT_TRUE(prepared_password("a\xc2\xa0"
                                "b")
                  .equal("a b"));
  EXPECT_TRUE(prepared_password("").empty());
}

}  // namespace
}  // namespace postern::core
