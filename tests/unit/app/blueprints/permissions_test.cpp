#include "fixture.h"

namespace postern::app {
namespace {

class BlueprintPermissions : public BlueprintTest {
 protected:
  std::vector<core::Transaction::ObjectPermission> grants() {
    return database->begin()->object_permissions();
  }
};

const std::string kUser = "- model: authentik_core.user\n  id: u\n  identifiers: {username: u}\n";
const std::string kProvider =
    "- model: authentik_providers_ldap.ldapprovider\n  identifiers: {name: p}\n  permissions:\n";
const std::string kSearch = "  - permission: authentik_providers_ldap.search_full_directory\n";

TEST_F(BlueprintPermissions, AreGrantedOnce) {
  for (const char* who : {"!KeyOf u", "u", "!Find [authentik_core.user, [username, u]]"}) {
    good(kUser + kProvider + kSearch + "    user: " + who + "\n");
    ASSERT_EQ(grants().size(), 1U) << who;
    EXPECT_EQ(grants()[0].user, user("u").at("pk").as_int64());
    EXPECT_EQ(grants()[0].model, "authentik_providers_ldap.ldapprovider");
  }
  const std::int64_t last = database->last_change();
  EXPECT_FALSE(good(kUser + kProvider + kSearch + "    user: u\n").changed());
  EXPECT_EQ(database->last_change(), last);
}

const std::string kKnown =
    "authentik_providers_ldap.search_full_directory, authentik_core.add_user, "
    "authentik_core.change_user, authentik_core.delete_user, authentik_core.reset_user_password, "
    "authentik_core.add_group, authentik_core.change_group, authentik_core.delete_group";

TEST_F(BlueprintPermissions, UnknownOnesNameTheKnown) {
  EXPECT_EQ(bad(kUser + kProvider + "  - {permission: search_full_directory, user: u}\n"),
            "9: unknown permission \"search_full_directory\"; allowed here: " + kKnown);
  EXPECT_EQ(bad("- model: authentik_core.user\n  identifiers: {username: u}\n  attrs:\n    "
                "permissions: [a.b]\n"),
            "6: unknown permission \"a.b\"; allowed here: " + kKnown);
  EXPECT_EQ(
      bad(kUser + kProvider + kSearch + "    user: nobody\n"),
      "10: `user`: there is no user \"nobody\"; allowed is a username, or a pk by !Find or !KeyOf");
  EXPECT_EQ(bad(kUser + "  permissions:\n" + kSearch + "    user: u\n").substr(0, 14),
            "7: permission ");
}

}  // namespace
}  // namespace postern::app
