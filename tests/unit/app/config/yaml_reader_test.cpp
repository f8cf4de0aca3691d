#include "app/config/yaml_reader.h"

#include <gtest/gtest.h>

namespace postern::app {
namespace {

YamlNode good(std::string_view text) {
  auto read = read_yaml(text, "t.yaml");
  if (auto* error = std::get_if<FileError>(&read)) {
    ADD_FAILURE() << to_text(*error);
    return {};
  }
  return std::get<YamlNode>(std::move(read));
}

std::string bad(std::string_view text) {
  auto read = read_yaml(text, "t.yaml");
  const auto* error = std::get_if<FileError>(&read);
  return error == nullptr ? "accepted" : to_text(*error);
}

TEST(YamlReader, MarksStartAtOne) {
  const YamlNode root = good("a: 1\nb:\n  - x\n  - y: z\n");
  ASSERT_TRUE(root.is_map());
  ASSERT_EQ(root.members.size(), 2U);
  EXPECT_EQ(root.members[1].mark.line, 2);
  const YamlNode& list = root.members[1].value;
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[1].find("y")->mark.line, 4);
  EXPECT_EQ(list.items[1].find("y")->mark.column, 8);
}

TEST(YamlReader, KeepsQuotesAndTags) {
  const YamlNode root =
      good("a: true\nb: \"true\"\nc: !Find [x]\nd: !Env NAME\ne: !!str 5\nf: |\n  x\n");
  EXPECT_TRUE(root.find("a")->is_plain());
  EXPECT_TRUE(root.find("b")->quoted);
  EXPECT_EQ(root.find("c")->tag, "!Find");
  EXPECT_TRUE(root.find("c")->is_sequence());
  EXPECT_EQ(root.find("d")->tag, "!Env");
  EXPECT_EQ(root.find("d")->text, "NAME");
  EXPECT_TRUE(root.find("e")->quoted);
  EXPECT_TRUE(root.find("f")->quoted);
}

TEST(YamlReader, NullIsOnlyPlain) {
  const YamlNode root = good("a:\nb: ~\nc: null\nd: \"\"\ne: 'null'\n");
  EXPECT_TRUE(root.find("a")->is_null());
  EXPECT_TRUE(root.find("b")->is_null());
  EXPECT_TRUE(root.find("c")->is_null());
  EXPECT_TRUE(root.find("d")->is_scalar());
  EXPECT_EQ(root.find("e")->text, "null");
}

TEST(YamlReader, EmptyDocumentIsNull) {
  EXPECT_TRUE(good("").is_null());
  EXPECT_TRUE(good("# nothing\n").is_null());
}

TEST(YamlReader, AliasesAreCopied) {
  const YamlNode root = good("a: &x [1, 2]\nb: *x\n");
  EXPECT_EQ(root.find("b")->items.size(), 2U);
}

TEST(YamlReader, RefusesWithTheLine) {
  EXPECT_EQ(bad("a: 1\nb: 2\na: 3\n"), "t.yaml:3: key \"a\" is there twice");
  EXPECT_EQ(bad("x: &b {a: 1}\ny:\n  <<: *b\n"),
            "t.yaml:3: merge keys (`<<`) are not supported: write the keys out");
  EXPECT_NE(bad("a: 1\n---\nb: 2\n").find("one document"), std::string::npos);
  EXPECT_EQ(bad("? [a]\n: 1\n"), "t.yaml:1: a key has to be plain text without a tag");
  EXPECT_EQ(bad("&a [*a]\n"), "t.yaml:1: this alias contains itself");
  EXPECT_EQ(bad("ok: 1\nb: \xff\n"), "t.yaml:2: the text is not UTF-8");
  EXPECT_EQ(bad(std::string_view("a: b\0c", 6)), "t.yaml:1: NUL is not allowed");
  EXPECT_EQ(bad("a: \"b\\0c\"\n"), "t.yaml:1: NUL is not allowed");
  EXPECT_EQ(bad("a: !!python/object x\n").substr(0, 13), "t.yaml:1: tag");
  EXPECT_NE(bad("a: [1, 2\nb: 3\n").find("t.yaml:"), std::string::npos);
}

// yaml-cpp reads this as a list and drops the rest without a word.
TEST(YamlReader, RefusesListFollowedByMap) { EXPECT_NE(bad("- a\nb: c\n"), "accepted"); }

TEST(YamlReader, RefusesDeepNesting) {
  const std::string deep(kMaxYamlDepth + 1, '[');
  EXPECT_NE(bad(deep + std::string(kMaxYamlDepth + 1, ']')).find("deeper than 64"),
            std::string::npos);
  const std::string fits(kMaxYamlDepth, '[');
  EXPECT_EQ(bad(fits + std::string(kMaxYamlDepth, ']')), "accepted");
  EXPECT_NE(bad(std::string(100000, '[')), "accepted");
  EXPECT_NE(bad(std::string(100000, '{')), "accepted");
}

TEST(YamlReader, RefusesAliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_NE(bad(bomb).find("more than 200000 values"), std::string::npos);
}

TEST(YamlReader, RefusesLargeFiles) {
  EXPECT_EQ(bad(std::string(kMaxYamlSize + 1, ' ')), "t.yaml: larger than 1 MiB");
}

TEST(ReadTextFile, SaysWhyNot) {
  auto missing = read_text_file("/nonexistent/x.yaml");
  EXPECT_EQ(std::get<FileError>(missing).text, "there is no such file");
  auto folder = read_text_file("/");
  EXPECT_EQ(std::get<FileError>(folder).text, "this is not a regular file");
}

}  // namespace
}  // namespace postern::app
