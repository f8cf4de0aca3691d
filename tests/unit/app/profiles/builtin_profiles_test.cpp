// Every profile that is built in: it loads without an error, and its own searches find in the read
// model what it says they find.

#include "app/profiles/check_run.h"
#include "app/profiles/profiles.h"
#include "directory_world.h"
#include "protocols/ldap/dn.h"

namespace postern::app {
namespace {

using test::World;

const ProfileSet& builtin() {
  static const ProfileSet set = load_profiles({});
  return set;
}

TEST(BuiltinProfiles, LoadWithoutErrors) {
  for (const FileError& error : builtin().errors) ADD_FAILURE() << to_text(error);
  EXPECT_EQ(builtin().names(),
            "active-directory, authentik, generic, gitlab, jellyfin, keycloak, lldap, nextcloud, "
            "openldap, opnsense, pfsense, proxmox, qnap, rfc2307, rfc2307bis, synology, truenas");
  for (const ClientProfile& profile : builtin().profiles) {
    EXPECT_FALSE(profile.checks.empty()) << profile.shape.name;
    EXPECT_FALSE(profile.shape.description.empty()) << profile.shape.name;
    EXPECT_EQ(profile.file, "built-in " + profile.shape.name + ".yaml");
  }
}

TEST(BuiltinProfiles, GenericIsTheDefaultLayout) {
  EXPECT_EQ(builtin().find("generic")->shape.fingerprint(), directory::Profile{}.fingerprint());
}

class BuiltinProfile : public ::testing::TestWithParam<std::string> {};

TEST_P(BuiltinProfile, ItsSearchesFindWhatTheyExpect) {
  const ClientProfile& profile = *builtin().find(GetParam());
  World world;
  world.shapes = shapes_of(builtin(), Config{});
  core::StoredConfig config = test::config_with({{1, "dc=example,dc=org"}});
  config.objects[0].as_object()["object"].as_object()["attributes"] = {
      {"postern", {{"profile", GetParam()}}}};
  world.store.set_config(config);
  world.store.put_group(test::make_group(1, "staff, inner", {2}));
  world.store.put_group(test::make_group(2, "all"));
  core::StoredUser alice = test::make_user(1, "alice+1", {1});
  alice.name = "Alice van Dijk";
  alice.email = "alice@example.org";
  alice.password_changed = 1'767'225'600'000;
  world.store.put_user(alice);
  world.store.put_user(test::make_user(2, "bob"));
  world.open();

  const auto& users = profile.shape.users;
  const auto& groups = profile.shape.groups;
  CheckFacts facts;
  facts["base"] = "dc=example,dc=org";
  facts["domain"] = "example.org";
  facts["users"] = users.container_type + "=" + users.container + ",dc=example,dc=org";
  facts["groups"] = groups.container_type + "=" + groups.container + ",dc=example,dc=org";
  facts["username"] = alice.username;
  facts["email"] = alice.email;
  facts["uid_number"] = "2001";
  facts["gid_number"] = "2001";
  facts["user_dn"] =
      users.rdn + "=" + ldap::escape_rdn_value(alice.username) + "," + facts["users"];
  facts["group"] = "staff, inner";
  facts["group_gid"] = "4001";
  facts["group_dn"] =
      groups.rdn + "=" + ldap::escape_rdn_value(facts["group"]) + "," + facts["groups"];

  CheckClient client;
  client.bind = [](const std::string&) { return ldap::ResultCode::other; };
  client.search = [&world](const std::string& base, ldap::Scope scope, const std::string& filter,
                           const std::vector<std::string>& attributes) {
    FoundEntries out;
    const test::Found found =
        world.search({.filter = filter, .base = base, .scope = scope, .attributes = attributes});
    out.code = found.code;
    for (const test::Entry& entry : found.entries) {
      FoundEntry copy{.dn = entry.dn, .attributes = {}};
      for (const auto& [name, values] : entry.attributes) {
        std::string lower = name;
        for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        copy.attributes[lower] = values;
      }
      out.entries.push_back(std::move(copy));
    }
    return out;
  };
  std::size_t run = 0;
  for (const ProfileCheck& check : profile.checks) {
    if (check.base.empty()) continue;  // the root DSE is no part of the read model
    const CheckResult result = run_check(check, facts, client);
    EXPECT_TRUE(result.passed || result.skipped) << result.what << ": " << result.seen;
    ++run;
  }
  EXPECT_GT(run, 0U);
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const ClientProfile& profile : builtin().profiles) names.push_back(profile.shape.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, BuiltinProfile, ::testing::ValuesIn(all_names()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace postern::app
