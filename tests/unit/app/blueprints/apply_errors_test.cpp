// What only shows against the database: the line and what would be right.

#include <cstdlib>

#include "fixture.h"

namespace postern::app {
namespace {

using BlueprintErrors = BlueprintTest;

const std::string kUser = "- model: authentik_core.user\n  identifiers: {username: u}\n  attrs:\n";

TEST_F(BlueprintErrors, FieldsAreNamedWithTheirLine) {
  EXPECT_EQ(bad(kUser + "    name: x\n    type: robot\n").substr(0, 26),
            "7: `type` must be one of i");
  EXPECT_EQ(bad(kUser + "    is_active: maybe\n"), "6: `is_active` must be true or false");
  EXPECT_EQ(bad(kUser + "    name: [a]\n"), "6: `name` must be text");
  EXPECT_EQ(bad("- model: authentik_core.application\n  identifiers: {slug: a}\n"),
            "3: `name` is required for authentik_core.application");
}

TEST_F(BlueprintErrors, AReferenceByNameNamesFind) {
  EXPECT_EQ(
      bad(kUser + "    groups:\n      - admins\n"),
      "7: `groups` is \"admins\", which is not a pk; write !Find [authentik_core.group, [name, "
      "admins]] or !KeyOf the id of an entry above");
  EXPECT_EQ(
      bad("- model: authentik_core.token\n  identifiers: {identifier: t}\n  attrs: {user: bob}\n"),
      "5: `user` is \"bob\", which is not a pk; write !Find [authentik_core.user, [username, "
      "bob]] or !KeyOf the id of an entry above");
}

TEST_F(BlueprintErrors, ALookupWithoutMatchSaysWhatItLookedFor) {
  EXPECT_EQ(bad(kUser + "    groups: [!Find [authentik_core.group, [name, gone]]]\n"),
            "6: `groups`: !Find found no authentik_core.group with name = \"gone\"");
  EXPECT_EQ(bad("- model: authentik_core.token\n  identifiers: {identifier: t}\n"
                "  attrs: {user: !Find [authentik_core.user, [username, gone]]}\n"),
            "5: `user`: !Find found no authentik_core.user with username = \"gone\"");
}

TEST_F(BlueprintErrors, AnUnsetVariableIsNoPassword) {
  ::unsetenv("POSTERN_TEST_UNSET");
  EXPECT_EQ(bad(kUser + "    password: !Env POSTERN_TEST_UNSET\n"),
            "6: `password`: the environment variable \"POSTERN_TEST_UNSET\" is not set");
  EXPECT_NE(bad(kUser + "    password: !File missing\n").find("there is no such file"),
            std::string::npos);
}

TEST_F(BlueprintErrors, KeyOfASkippedEntry) {
  EXPECT_EQ(
      bad("- model: authentik_core.group\n  id: g\n  conditions: [false]\n  identifiers: {name: "
          "g}\n"
          "- model: authentik_core.user\n  identifiers: {username: u}\n  attrs: {groups: [!KeyOf "
          "g]}\n"),
      "9: !KeyOf \"g\": that entry made no object (its conditions were not met, or it is absent)");
}

TEST_F(BlueprintErrors, ShortKeysAreRefused) {
  const std::string text =
      bad("- model: authentik_core.user\n  id: u\n  identifiers: {username: u}\n"
          "- model: authentik_core.token\n  identifiers: {identifier: t}\n"
          "  attrs:\n    user: !KeyOf u\n    key: short\n");
  EXPECT_EQ(text.substr(0, 9), "10: `key`") << text;
  EXPECT_EQ(text.find("short\""), std::string::npos);
}

TEST_F(BlueprintErrors, PksHaveTheirForm) {
  EXPECT_EQ(bad("- model: authentik_core.user\n  identifiers: {pk: abc}\n"),
            "4: `pk` is \"abc\", but this key is a whole number");
  EXPECT_EQ(bad("- model: authentik_core.group\n  identifiers: {pk: 1}\n"),
            "4: `pk` is \"1\", but this key is a UUID");
  EXPECT_EQ(
      bad("- model: authentik_core.user\n  identifiers: {pk: 99}\n"),
      "3: there is no authentik_core.user with pk=99, and the server gives new ones their pk");
}

TEST_F(BlueprintErrors, UntypedNumbersWithLeadingZeros) {
  EXPECT_EQ(bad(kUser + "    attributes: {phone: 0301234}\n"),
            "6: \"0301234\" has a leading zero; put it in quotes if it is text");
}

TEST_F(BlueprintErrors, IdentifiersThatCannotBeCompared) {
  EXPECT_EQ(bad("- model: authentik_core.user\n  identifiers: {username: [a]}\n").substr(0, 33),
            "4: `username` cannot be compared ");
}

}  // namespace
}  // namespace postern::app
