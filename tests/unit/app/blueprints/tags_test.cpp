// Every tag, seen through the `attributes` of a user.

#include <boost/json/parse.hpp>

#include <cstdlib>
#include <fstream>

#include "fixture.h"

namespace postern::app {
namespace {

class BlueprintTags : public BlueprintTest {
 protected:
  core::Value value(const std::string& yaml, const std::string& head = "") {
    const auto result =
        run("version: 1\n" + head +
            "entries:\n- model: authentik_core.group\n  id: g\n  identifiers: {name: staff}\n"
            "  attrs: {attributes: {color: red}}\n"
            "- model: authentik_core.user\n  identifiers: {username: u}\n"
            "  attrs: {attributes: {v: " +
            yaml + "}}\n");
    if (const auto* errors = std::get_if<FileErrors>(&result)) {
      return core::Value("error: " + errors->front().text);
    }
    return user("u").at("attributes").at("v");
  }
  static core::Value json(const char* text) { return boost::json::parse(text); }
};

TEST_F(BlueprintTags, KeyOf) {
  const core::Value found = value("!KeyOf g");
  EXPECT_EQ(found, group("staff").at("pk"));
}

TEST_F(BlueprintTags, Find) {
  const core::Value found = value("!Find [authentik_core.group, [name, staff]]");
  const core::Value staff = group("staff").at("pk");
  EXPECT_EQ(found, staff);
  EXPECT_EQ(value("!Find [authentik_core.group, [name, staff], [is_superuser, false]]"), staff);
  EXPECT_EQ(value("!Find [authentik_core.group, [name, staff], [is_superuser, true]]"), nullptr);
  EXPECT_EQ(value("!Find [authentik_core.group, [name, nobody]]"), nullptr);
  EXPECT_EQ(value("!Find [authentik_core.group, [name, !Format [\"%s\", staff]]]"), staff);
}

TEST_F(BlueprintTags, FindObjectAndAtIndex) {
  EXPECT_EQ(value("!AtIndex [!AtIndex [!FindObject [authentik_core.group, [name, staff]], "
                  "attributes], color]"),
            "red");
  EXPECT_EQ(value("!FindObject [authentik_core.group, [name, nobody]]"), nullptr);
  EXPECT_EQ(value("!AtIndex [[a, b], -1]"), "b");
  EXPECT_EQ(value("!AtIndex [[a, b], 7, none]"), "none");
  EXPECT_EQ(value("!AtIndex [[a, b], 7]"), "error: !AtIndex: there is no such index");
}

TEST_F(BlueprintTags, Context) {
  EXPECT_EQ(value("!Context who", "context: {who: me}\n"), "me");
  EXPECT_EQ(value("!Context [who, you]"), "you");
  EXPECT_EQ(value("!Context who"), nullptr);
  EXPECT_EQ(value("!Context a", "context: {a: !Format [\"%s!\", !Context b], b: x}\n"), "x!");
}

TEST_F(BlueprintTags, ContextOfTheCallerWins) {
  ApplyOptions options;
  options.context = {{"who", "caller"}};
  ASSERT_EQ(run("version: 1\ncontext: {who: file}\nentries:\n- model: authentik_core.user\n"
                "  identifiers: {username: u}\n  attrs: {name: !Context who}\n",
                options)
                .index(),
            0U);
  EXPECT_EQ(user("u").at("name"), "caller");
}

TEST_F(BlueprintTags, EndlessContextIsAnError) {
  EXPECT_EQ(value("!Context a", "context: {a: !Context a}\n"),
            "error: tags and context refer to each other too deeply");
  std::string head = "context:\n  c0: xxxxxxxxxxxxxxxx\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "!Context c" + std::to_string(i - 1);
    head += "  c" + std::to_string(i) + ": [" + before + ", " + before + "]\n";
  }
  EXPECT_EQ(value("!Context c39", head),
            "error: the blueprint produces more than 64 MiB of values");
}

TEST_F(BlueprintTags, Env) {
  ::setenv("POSTERN_TEST_ENV", "from env", 1);
  ::unsetenv("POSTERN_TEST_UNSET");
  EXPECT_EQ(value("!Env POSTERN_TEST_ENV"), "from env");
  EXPECT_EQ(value("!Env [POSTERN_TEST_UNSET, other]"), "other");
  EXPECT_EQ(value("!Env POSTERN_TEST_UNSET"), nullptr);
}

TEST_F(BlueprintTags, File) {
  std::ofstream(folder / "secret") << "\n inside \n";
  EXPECT_EQ(value("!File secret"), "inside");
  EXPECT_EQ(value("!File [missing, other]"), "other");
  EXPECT_NE(std::string(value("!File missing").as_string()).find("there is no such file"),
            std::string::npos);
}

TEST_F(BlueprintTags, Format) {
  EXPECT_EQ(value("!Format [\"%s-%d-100%%\", a, 5]"), "a-5-100%");
  EXPECT_EQ(value("!Format [\"%s\"]"), "error: !Format has fewer arguments than its text asks for");
  EXPECT_EQ(value("!Format [\"%s\", a, b]"),
            "error: !Format has more arguments than its text asks for");
  EXPECT_EQ(value("!Format [\"%d\", a]"), "error: !Format: %d needs a whole number");
  EXPECT_EQ(value("!Format [\"%x\", 1]"), "error: !Format knows %s, %d, %i and %%");
}

TEST_F(BlueprintTags, ConditionHasAllSixModes) {
  struct Row {
    const char* mode;
    bool tt, tf, ff;
  };
  for (const Row row : {Row{"AND", true, false, false}, Row{"NAND", false, true, true},
                        Row{"OR", true, true, false}, Row{"NOR", false, false, true},
                        Row{"XOR", false, true, false}, Row{"XNOR", true, false, true}}) {
    const std::string mode = row.mode;
    EXPECT_EQ(value("!Condition [" + mode + ", true, true]"), row.tt) << mode;
    EXPECT_EQ(value("!Condition [" + mode + ", true, false]"), row.tf) << mode;
    EXPECT_EQ(value("!Condition [" + mode + ", false, \"\"]"), row.ff) << mode;
  }
}

TEST_F(BlueprintTags, IfIsLazy) {
  EXPECT_EQ(value("!If [true, yes it is, !File missing]"), "yes it is");
  EXPECT_EQ(value("!If [!Condition [NOR, false], a, b]"), "a");
  EXPECT_EQ(value("!If [0, a, {x: [b]}]"), json(R"({"x":["b"]})"));
  EXPECT_EQ(value("!If something"), true);
}

TEST_F(BlueprintTags, ParseJson) {
  EXPECT_EQ(value("!ParseJSON '{\"a\": [1]}'"), json(R"({"a":[1]})"));
  EXPECT_EQ(value("!ParseJSON '{'"), "error: !ParseJSON: the text is not JSON");
}

TEST_F(BlueprintTags, Enumerate) {
  EXPECT_EQ(value("!Enumerate [[a, b], SEQ, !Format [\"%d%s\", !Index 0, !Value 0]]"),
            json(R"(["0a","1b"])"));
  EXPECT_EQ(value("!Enumerate [{x: 1}, MAP, [!Value 0, !Index 0]]"), json(R"({"1":"x"})"));
  EXPECT_EQ(value("!Enumerate [[a], SEQ, !Enumerate [[b], SEQ, [!Value 1, !Value 0]]]"),
            json(R"([[["a","b"]]])"));
  EXPECT_EQ(value("!Value 0"), "error: !Value 0: there are not so many !Enumerate around it");
}

}  // namespace
}  // namespace postern::app
