#include "fixture.h"

namespace postern::app {
namespace {

using BlueprintStates = BlueprintTest;

const std::string kUser = "- model: authentik_core.user\n  identifiers: {username: u}\n";

TEST_F(BlueprintStates, PresentCreatesThenUpdatesOnlyWhatIsListed) {
  EXPECT_EQ(good(kUser + "  attrs: {name: A, email: a@b.c}\n").created, 1U);
  const BlueprintReport second = good(kUser + "  attrs: {name: B}\n");
  EXPECT_EQ(second.updated, 1U);
  ASSERT_EQ(second.entries[0].changes.size(), 1U);
  EXPECT_EQ(second.entries[0].changes[0].field, "name");
  EXPECT_EQ(second.entries[0].changes[0].old_value, "\"A\"");
  EXPECT_EQ(second.entries[0].changes[0].new_value, "\"B\"");
  EXPECT_EQ(user("u").at("email"), "a@b.c");
}

TEST_F(BlueprintStates, CreatedNeverUpdates) {
  EXPECT_EQ(good(kUser + "  state: created\n  attrs: {name: A}\n").created, 1U);
  EXPECT_EQ(good(kUser + "  state: created\n  attrs: {name: B}\n").unchanged, 1U);
  EXPECT_EQ(user("u").at("name"), "A");
}

TEST_F(BlueprintStates, MustCreatedFailsWhenItExists) {
  EXPECT_EQ(good(kUser + "  state: must_created\n").created, 1U);
  EXPECT_EQ(bad(kUser + "  state: must_created\n"),
            "3: state must_created, but authentik_core.user username=u exists");
}

TEST_F(BlueprintStates, AbsentErasesOnce) {
  good(kUser);
  EXPECT_EQ(good(kUser + "  state: absent\n").deleted, 1U);
  EXPECT_TRUE(user("u").empty());
  EXPECT_EQ(good(kUser + "  state: absent\n").unchanged, 1U);
}

TEST_F(BlueprintStates, ConditionsSkip) {
  EXPECT_EQ(good(kUser + "  conditions: [true, \"\"]\n").skipped, 1U);
  EXPECT_TRUE(user("u").empty());
  EXPECT_EQ(good(kUser + "  conditions: [true, x]\n").created, 1U);
}

TEST_F(BlueprintStates, IdentifiersAreAnded) {
  good(kUser + "  attrs: {email: a@b.c}\n");
  EXPECT_EQ(
      good("- model: authentik_core.user\n  identifiers: {username: u, email: a@b.c}\n").unchanged,
      1U);
  EXPECT_EQ(good("- model: authentik_core.user\n  state: absent\n"
                 "  identifiers: {username: u, email: other}\n")
                .unchanged,
            1U);
}

TEST_F(BlueprintStates, PkIsAnAlternative) {
  good(kUser);
  const std::string pk = std::to_string(user("u").at("pk").as_int64());
  EXPECT_EQ(
      good("- model: authentik_core.user\n  identifiers: {pk: " + pk + "}\n  attrs: {name: X}\n")
          .updated,
      1U);
  EXPECT_EQ(
      good("- model: authentik_core.user\n  identifiers: {pk: 9999, username: u}\n").unchanged, 1U);
  const std::string id = "11111111-2222-4333-8444-555555555555";
  good("- model: authentik_core.group\n  identifiers: {pk: " + id + ", name: g}\n");
  EXPECT_EQ(group("g").at("pk"), core::Value(id));
}

TEST_F(BlueprintStates, AMapIdentifierMeansContains) {
  good(kUser + "  attrs: {attributes: {a: 1, b: 2}}\n");
  EXPECT_EQ(good("- model: authentik_core.user\n  identifiers: {attributes: {a: 1}}\n"
                 "  attrs: {name: found}\n")
                .updated,
            1U);
  EXPECT_EQ(user("u").at("name"), "found");
  EXPECT_EQ(user("u").at("attributes").as_object().size(), 2U);
}

}  // namespace
}  // namespace postern::app
