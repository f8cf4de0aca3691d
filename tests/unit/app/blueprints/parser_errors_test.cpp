// One row per kind of wrong blueprint that is found without a database.

#include <gtest/gtest.h>

#include "app/blueprints/blueprint.h"

namespace postern::app {
namespace {

struct Wrong {
  const char* name;
  const char* text;
  const char* error;
};
void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

#define HEAD "version: 1\nentries:\n"
#define USER HEAD "- model: authentik_core.user\n  identifiers: {username: a}\n"

const Wrong kWrong[] = {
    {"NotAMap", "[]\n", "b.yaml:1: a blueprint is a map"},
    {"NoVersion", "entries: []\n", "b.yaml:1: `version` is missing; write `version: 1`"},
    {"Version2", "version: 2\nentries: []\n", "b.yaml:1: `version` has to be 1"},
    {"NoEntries", "version: 1\n", "b.yaml:1: `entries` is missing"},
    {"EntriesText", "version: 1\nentries: x\n", "b.yaml:2: `entries` has to be a list"},
    {"TopKey", "version: 1\nentires: []\n", "b.yaml:1: `entries` is missing"},
    {"TopKeyNear", "version: 1\nentries: []\ncontxt: {}\n",
     "b.yaml:3: unknown key \"contxt\" in a blueprint, did you mean `context`?"},
    {"Metadata", "version: 1\nmetadata: {nam: x}\nentries: []\n",
     "b.yaml:2: unknown key \"nam\" in `metadata`, did you mean `name`?"},
    {"EntryText", HEAD "- x\n", "b.yaml:3: an entry has to be a map"},
    {"EntryKey", USER "  atrs: {}\n",
     "b.yaml:5: unknown key \"atrs\" in an entry, did you mean `attrs`?"},
    {"NoModel", HEAD "- identifiers: {a: b}\n", "b.yaml:3: the entry has no `model`"},
    {"ModelNear", HEAD "- model: authentik_core.users\n  identifiers: {username: a}\n",
     "b.yaml:3: model \"authentik_core.users\" is not one of this version, did you mean "
     "`authentik_core.user`?"},
    {"ModelLater", HEAD "- model: authentik_sources_oauth.oauthsource\n  identifiers: {name: a}\n",
     "b.yaml:3: model \"authentik_sources_oauth.oauthsource\" is not one of this version"},
    {"State", USER "  state: gone\n",
     "b.yaml:5: `state` is \"gone\"; allowed is present, created, must_created or absent"},
    {"NoIdentifiers", HEAD "- model: authentik_core.user\n",
     "b.yaml:3: the entry has no `identifiers`"},
    {"EmptyIdentifiers", HEAD "- model: authentik_core.user\n  identifiers: {}\n",
     "b.yaml:4: the entry has no `identifiers`"},
    {"IdentifierUnknown", HEAD "- model: authentik_core.user\n  identifiers: {user: a}\n",
     "b.yaml:4: authentik_core.user cannot be identified by \"user\""},
    {"IdentifierLink", HEAD "- model: authentik_core.user\n  identifiers: {groups: [a]}\n",
     "b.yaml:4: authentik_core.user cannot be identified by \"groups\""},
    {"AttrUnknown", USER "  attrs:\n    emial: x\n",
     "b.yaml:6: authentik_core.user has no field \"emial\", did you mean `email`?"},
    {"AttrReadOnly", USER "  attrs:\n    uuid: x\n",
     "b.yaml:6: `uuid` is set by the server and cannot be given"},
    {"AttrSecret", USER "  attrs: {password_hash: x}\n",
     "b.yaml:5: authentik_core.user has no field \"password_hash\""},
    {"AttrsList", USER "  attrs: [a]\n", "b.yaml:5: `attrs` has to be a map"},
    {"ConditionsText", USER "  conditions: x\n", "b.yaml:5: `conditions` has to be a list"},
    {"IdTwice",
     USER "  id: a\n- model: authentik_core.user\n  identifiers: {username: b}\n  id: a\n",
     "b.yaml:8: id \"a\" is there twice"},
    {"TagUnknown", USER "  attrs: {name: !Fnd x}\n",
     "b.yaml:5: unknown tag \"!Fnd\", did you mean `!Find`?"},
    {"KeyOfUnknown", USER "  attrs: {groups: [!KeyOf g]}\n",
     "b.yaml:5: !KeyOf \"g\": no entry above has this id"},
    {"KeyOfSelf", USER "  id: me\n  attrs: {name: !KeyOf me}\n",
     "b.yaml:6: !KeyOf \"me\": no entry above has this id"},
    {"FindForm", USER "  attrs: {groups: [!Find authentik_core.group]}\n",
     "b.yaml:5: !Find is written !Find [model, [field, value], ...]"},
    {"FindModel", USER "  attrs: {groups: [!Find [authentik_core.grop, [name, x]]]}\n",
     "b.yaml:5: model \"authentik_core.grop\" is not one of this version, did you mean"},
    {"FindField", USER "  attrs: {groups: [!Find [authentik_core.group, [nam, x]]]}\n",
     "b.yaml:5: authentik_core.group cannot be found by \"nam\", did you mean `name`?"},
    {"ConditionMode", USER "  conditions: [!Condition [MAYBE, true]]\n",
     "b.yaml:5: !Condition is written !Condition [AND|NAND|OR|NOR|XOR|XNOR, value, ...]"},
    {"ConditionEmpty", USER "  conditions: [!Condition [AND]]\n",
     "b.yaml:5: !Condition is written"},
    {"IfForm", USER "  conditions: [!If [a, b]]\n",
     "b.yaml:5: !If is written !If condition or !If [condition, then, else]"},
    {"EnvForm", USER "  attrs: {name: !Env [a, b, c]}\n", "b.yaml:5: !Env is written !Env name or"},
    {"ContextForm", USER "  attrs: {name: !Context {a: b}}\n", "b.yaml:5: !Context is written"},
    {"EnumerateForm", USER "  attrs: {name: !Enumerate [a, LIST, b]}\n",
     "b.yaml:5: !Enumerate is written"},
    {"PermissionKey", USER "  permissions: [{permission: x, usr: y}]\n",
     "b.yaml:5: unknown key \"usr\" in a permission, did you mean `user`?"},
    {"PermissionRole", USER "  permissions: [{permission: x, user: y, role: z}]\n",
     "b.yaml:5: roles are not supported by this version"},
    {"PermissionAbsent", USER "  state: absent\n  permissions: [{permission: x, user: y}]\n",
     "b.yaml:6: an entry with state absent has no `permissions`"},
    {"DuplicateKey", USER "  attrs: {name: a, name: b}\n", "b.yaml:5: key \"name\" is there twice"},
};

class BlueprintParser : public testing::TestWithParam<Wrong> {};

TEST_P(BlueprintParser, NamesTheLine) {
  auto parsed = parse_blueprint(GetParam().text, "b.yaml");
  const auto* errors = std::get_if<FileErrors>(&parsed);
  ASSERT_NE(errors, nullptr) << "accepted";
  const std::string first = to_text(errors->front());
  EXPECT_EQ(first.substr(0, std::string_view(GetParam().error).size()), GetParam().error) << first;
}

INSTANTIATE_TEST_SUITE_P(Table, BlueprintParser, testing::ValuesIn(kWrong),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(BlueprintParser, CollectsAllErrors) {
  auto parsed = parse_blueprint(USER "  attrs: {a: 1, b: 2}\n  state: x\n", "b.yaml");
  EXPECT_EQ(std::get<FileErrors>(parsed).size(), 3U);
}

TEST(BlueprintParser, TakesSectionsOfEntriesAndLabels) {
  auto parsed = parse_blueprint(
      "version: 1\nmetadata:\n  name: n\n  labels:\n    blueprints.goauthentik.io/instantiate: "
      "\"false\"\n"
      "entries:\n  one:\n  - model: authentik_core.user\n    identifiers: {username: a}\n"
      "  two:\n  - model: authentik_core.group\n    identifiers: {name: b}\n",
      "b.yaml");
  ASSERT_EQ(parsed.index(), 0U);
  EXPECT_EQ(std::get<Blueprint>(parsed).entries.size(), 2U);
  EXPECT_FALSE(std::get<Blueprint>(parsed).instantiate);
}

}  // namespace
}  // namespace postern::app
