#include "app/blueprints/builtin.h"

#include "app/blueprints/folder.h"
#include "fixture.h"

namespace postern::app {
namespace {

using BuiltinBlueprints = BlueprintTest;

TEST_F(BuiltinBlueprints, GiveAFreshInstanceItsObjects) {
  ASSERT_FALSE(builtin_blueprints().empty());
  const FolderReport report = apply_builtin(*database, tools);
  for (const FileError& error : report.errors) ADD_FAILURE() << to_text(error);
  EXPECT_EQ(report.applied.size(), builtin_blueprints().size());
  for (const char* slug : {"default-authentication-flow", "default-invalidation-flow",
                           "default-provider-invalidation-flow"}) {
    EXPECT_FALSE(object("authentik_flows.flow", "slug", slug).empty()) << slug;
  }
  EXPECT_EQ(user("akadmin").at("groups").as_array().at(0), group("authentik Admins").at("pk"));
  EXPECT_EQ(group("authentik Admins").at("is_superuser"), true);
  EXPECT_EQ(user("ldap-search").at("type"), "service_account");
  const core::Object provider = object("authentik_providers_ldap.ldapprovider", "name", "ldap");
  EXPECT_EQ(object("authentik_core.application", "slug", "ldap").at("provider"), provider.at("pk"));
  EXPECT_EQ(provider.at("authorization_flow"),
            object("authentik_flows.flow", "slug", "default-authentication-flow").at("pk"));
}

TEST_F(BuiltinBlueprints, RunOnceAndNeverOverwrite) {
  apply_builtin(*database, tools);
  const std::int64_t last = database->last_change();
  EXPECT_EQ(apply_builtin(*database, tools).unchanged, builtin_blueprints().size());
  good(
      "- model: authentik_core.user\n  identifiers: {username: ldap-search}\n  attrs: {name: "
      "mine}\n"
      "- model: authentik_core.user\n  state: absent\n  identifiers: {username: akadmin}\n");
  for (const BuiltinBlueprint& blueprint : builtin_blueprints()) run(blueprint.text);
  EXPECT_EQ(user("ldap-search").at("name"), "mine");
  EXPECT_TRUE(user("akadmin").empty());
  EXPECT_GT(database->last_change(), last);
}

}  // namespace
}  // namespace postern::app
