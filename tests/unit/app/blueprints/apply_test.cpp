#include "fixture.h"

namespace postern::app {
namespace {

using BlueprintApply = BlueprintTest;

const std::string kEverything = R"(
- model: authentik_core.group
  id: parent
  identifiers: {name: all}
- model: authentik_core.group
  id: staff
  identifiers: {name: staff}
  attrs: {parents: [!KeyOf parent]}
- model: authentik_core.user
  id: u
  identifiers: {username: u}
  attrs:
    name: 007
    password: correct horse
    groups: [!Find [authentik_core.group, [name, staff]]]
    permissions: [authentik_providers_ldap.search_full_directory]
- model: authentik_core.token
  identifiers: {identifier: t}
  attrs: {user: !KeyOf u, intent: app_password, key: abcdefghijklmnopqrstuvwxyz}
- model: authentik_stages_authenticator_totp.totpdevice
  identifiers: {user: !KeyOf u, name: phone}
  attrs: {key: 3132333435363738393031323334353637383930}
- model: authentik_stages_authenticator_static.staticdevice
  id: codes
  identifiers: {user: !KeyOf u, name: codes}
- model: authentik_stages_authenticator_static.statictoken
  identifiers: {device: !KeyOf codes, token: "012345678"}
- model: authentik_core.application
  id: app
  identifiers: {slug: app}
  attrs: {name: App}
- model: authentik_policies.policybinding
  identifiers: {target: !KeyOf app, order: 0}
  attrs: {group: !KeyOf staff}
)";

TEST_F(BlueprintApply, ReferencesAndSecrets) {
  EXPECT_EQ(good(kEverything).created, 9U);
  const core::Object made = user("u");
  EXPECT_EQ(made.at("name"), "007");
  EXPECT_EQ(made.at("groups").as_array().at(0), group("staff").at("pk"));
  EXPECT_EQ(group("staff").at("parents").as_array().at(0), group("all").at("pk"));
  EXPECT_TRUE(hasher.verify(std::string_view(made.at("password_hash").as_string()),
                            core::Secret("correct horse")));
}

// The second run writes no row of the feed and bumps no generation.
TEST_F(BlueprintApply, TheSecondRunChangesNothing) {
  good(kEverything);
  const std::int64_t last = database->last_change();
  const core::Value generation = user("u").at("generation");
  const BlueprintReport second = good(kEverything);
  EXPECT_EQ(second.unchanged, 9U) << to_text(second);
  EXPECT_FALSE(second.changed());
  EXPECT_EQ(second.change, 0);
  EXPECT_EQ(database->last_change(), last);
  EXPECT_EQ(user("u").at("generation"), generation);
}

TEST_F(BlueprintApply, ANewPasswordShowsAsChangedOnly) {
  good(kEverything);
  const BlueprintReport report = good(
      "- model: authentik_core.user\n  identifiers: {username: u}\n  attrs: {password: "
      "hunter2hunter2}\n");
  EXPECT_EQ(report.updated, 1U);
  const std::string text = to_text(report);
  EXPECT_NE(text.find("(changed)"), std::string::npos) << text;
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  EXPECT_EQ(text.find("argon2"), std::string::npos) << text;
}

TEST_F(BlueprintApply, ReportsNeverShowSecrets) {
  const std::string text = to_text(good(kEverything));
  for (const char* secret : {"correct horse", "abcdefghij", "31323334", "012345678", "argon2"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << text;
  }
}

TEST_F(BlueprintApply, AHalfGoodFileLeavesNothing) {
  const std::int64_t before = database->last_change();
  EXPECT_NE(bad("- model: authentik_core.user\n  identifiers: {username: first}\n"
                "- model: authentik_core.user\n  identifiers: {username: second}\n"
                "  attrs: {type: robot}\n"),
            "accepted");
  EXPECT_TRUE(user("first").empty());
  EXPECT_EQ(database->last_change(), before);
}

TEST_F(BlueprintApply, ADryRunLeavesNothingAndTellsTheDifference) {
  good("- model: authentik_core.user\n  identifiers: {username: u}\n  attrs: {name: A}\n");
  const std::int64_t before = database->last_change();
  ApplyOptions dry;
  dry.dry_run = true;
  const BlueprintReport report = good(
      "- model: authentik_core.user\n  identifiers: {username: u}\n  attrs: {name: B}\n"
      "- model: authentik_core.group\n  identifiers: {name: g}\n",
      dry);
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(report.updated, 1U);
  EXPECT_NE(to_text(report).find("  name: \"A\" -> \"B\"\n"), std::string::npos) << to_text(report);
  EXPECT_EQ(user("u").at("name"), "A");
  EXPECT_TRUE(group("g").empty());
  EXPECT_EQ(database->last_change(), before);
}

}  // namespace
}  // namespace postern::app
