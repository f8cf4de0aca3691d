// Layouts: several providers with different profiles over the same users and groups.

#include <random>

#include "directory_world.h"

namespace postern::test {
namespace {

using Values = std::vector<std::string>;
using directory::MappedAttribute;
using directory::Profile;
using directory::Template;
using ldap::ResultCode;
using ldap::Scope;

constexpr const char* kPlain = "dc=example,dc=org";
constexpr const char* kPeople = "dc=people,dc=org";
constexpr const char* kWindows = "dc=corp,dc=example";

MappedAttribute map(const std::string& name, const std::string& text, bool groups = false) {
  std::string error;
  auto made = Template::parse(text, groups, error);
  EXPECT_TRUE(made.has_value()) << error;
  return {.name = name, .values = {*made}};
}

std::shared_ptr<directory::Shapes> some_shapes() {
  auto shapes = std::make_shared<directory::Shapes>();
  Profile people{.name = "people"};
  people.users.rdn = "uid";
  people.users.container = "people";
  people.users.classes = {"inetOrgPerson", "posixAccount"};
  people.users.keep = {"cn", "uid", "sn", "mail", "uidNumber"};
  people.users.attributes = {map("cn", "%(name,username)s"), map("homeTown", "%(attributes.k1)s")};
  people.groups.classes = {"groupOfMembers", "posixGroup"};
  people.virtual_groups.clear();
  people.unique_member = false;
  people.flatten = true;
  people.nested = true;
  people.uid_offset = 10000;
  Profile windows{.name = "windows"};
  windows.users.container_type = "cn";
  windows.users.container = "Users";
  windows.users.attributes = {map("userPrincipalName", "%(username)s@%(domain)s"),
                              map("objectGUID", "%(guid)s")};
  windows.groups.container = "Groups";
  windows.groups.attributes = {map("objectGUID", "%(guid)s", true)};
  windows.groups.omit = {"ak-superuser", "uid"};
  windows.member_uid = false;
  windows.plain_names = true;
  shapes->profiles = {people, windows};
  return shapes;
}

core::StoredConfig three_providers(bool people = true) {
  core::StoredConfig config = config_with({{1, kPlain}, {2, kPeople}, {3, kWindows}});
  const auto profile = [&config](std::size_t at, const char* name) {
    config.objects[at].as_object()["object"].as_object()["attributes"] = {
        {"postern", {{"profile", name}}}};
  };
  if (people) profile(1, "people");
  profile(2, "windows");
  return config;
}

class DirectoryLayouts : public ::testing::Test {
 protected:
  DirectoryLayouts() {
    world.shapes = some_shapes();
    world.store.set_config(three_providers());
    world.store.put_group(make_group(2, "all"));
    world.store.put_group(make_group(1, "staff", {2}));
    core::StoredUser alice = make_user(1, "alice", {1});
    alice.name = "Alice van Dijk";
    world.store.put_user(alice);
    world.store.put_user(make_user(2, "bob"));
  }
  Found find(std::int64_t provider, const std::string& base, const std::string& filter,
             Values attributes = {}, Scope scope = Scope::sub) {
    return world.search({.filter = filter,
                         .base = base,
                         .scope = scope,
                         .attributes = std::move(attributes),
                         .provider = provider});
  }
  std::vector<std::vector<Entry>> everything() {
    std::vector<std::vector<Entry>> out;
    const char* bases[] = {kPlain, kPeople, kWindows};
    for (std::int64_t provider = 1; provider <= 3; ++provider) {
      out.push_back(find(provider, bases[provider - 1], "(objectClass=*)", {"*", "+"}).entries);
      for (Entry& entry : out.back()) entry.attributes.erase("entryUSN");
    }
    return out;
  }
  World world;
};

TEST_F(DirectoryLayouts, EachProviderHasItsOwnShape) {
  world.open();
  const Found people = find(2, kPeople, "(uid=alice)");
  ASSERT_EQ(people.dns(), Values{"uid=alice,ou=people,dc=people,dc=org"});
  const std::map<std::string, Values> expected{
      {"objectClass", {"top", "person", "organizationalPerson", "inetOrgPerson", "posixAccount"}},
      {"uid", {"alice"}},
      {"sn", {"Alice van Dijk"}},
      {"uidNumber", {"12001"}},
      {"cn", {"Alice van Dijk"}},
      {"memberOf", {"cn=staff,ou=groups,dc=people,dc=org", "cn=all,ou=groups,dc=people,dc=org"}},
  };
  EXPECT_EQ(people.entries[0].attributes, expected);
  const Found windows = find(3, kWindows, "(userPrincipalName=ALICE@corp.example)");
  ASSERT_EQ(windows.dns(), Values{"cn=alice,cn=Users,dc=corp,dc=example"});
  EXPECT_EQ(windows.entries[0].of("objectGUID").size(), 1U) << "mapped: sent without being named";
  EXPECT_EQ(find(1, kPlain, "(&(objectClass=user)(uid=alice))").dns(),
            Values{"cn=alice,ou=users,dc=example,dc=org"});
}

TEST_F(DirectoryLayouts, EveryDnThatIsSentLeadsToItsEntry) {
  world.open();
  const char* bases[] = {kPlain, kPeople, kWindows};
  for (std::int64_t provider = 1; provider <= 3; ++provider) {
    const Found all = find(provider, bases[provider - 1], "(objectClass=*)");
    for (const Entry& entry : all.entries) {
      EXPECT_EQ(find(provider, entry.dn, "(objectClass=*)", {"1.1"}, Scope::base).dns(),
                Values{entry.dn});
      for (const char* name : {"memberOf", "member", "uniqueMember"}) {
        for (const std::string& dn : entry.of(name)) {
          EXPECT_EQ(find(provider, dn, "(objectClass=*)", {"1.1"}, Scope::base).dns(), Values{dn});
        }
      }
    }
  }
}

TEST_F(DirectoryLayouts, NamesOfOneShapeAreNoneInAnother) {
  world.open();
  for (const char* dn :
       {"cn=alice,ou=users,dc=people,dc=org", "cn=alice,ou=people,dc=people,dc=org",
        "ou=users,dc=people,dc=org", "ou=virtual-groups,dc=people,dc=org"}) {
    EXPECT_EQ(find(2, dn, "(objectClass=*)", {}, Scope::base).code, ResultCode::noSuchObject) << dn;
  }
  // cn is the full name here, and names nobody.
  EXPECT_EQ(find(2, kPeople, "(cn=alice van dijk)").entries.size(), 1U);
  EXPECT_TRUE(find(2, kPeople, "(objectClass=goauthentik.io/ldap/user)").entries.empty());
  EXPECT_TRUE(find(2, kPeople, "(sAMAccountName=alice)").entries.empty());
}

TEST_F(DirectoryLayouts, FlattenedGroupsListMembersOfMembers) {
  world.open();
  const Values alice{"uid=alice,ou=people,dc=people,dc=org"};
  EXPECT_EQ(find(2, kPeople, "(cn=all)").entries.at(0).of("member"), alice);
  EXPECT_EQ(find(2, kPeople, "(cn=all)").entries.at(0).of("memberUid"), Values{"alice"});
  EXPECT_TRUE(find(2, kPeople, "(cn=all)").entries.at(0).of("uniqueMember").empty());
  EXPECT_EQ(find(2, kPeople, "(member=uid=alice,ou=people,dc=people,dc=org)").entries.size(), 2U);
  EXPECT_EQ(find(2, kPeople, "(memberUid=alice)").entries.size(), 2U);
  EXPECT_TRUE(find(2, kPeople, "(member=cn=staff,ou=groups,dc=people,dc=org)").entries.empty());
  EXPECT_TRUE(find(2, kPeople, "(uniqueMember=*)").entries.empty());
  EXPECT_EQ(find(2, kPeople, "(memberOf=cn=all,ou=groups,dc=people,dc=org)").entries.size(), 2U)
      << "alice and staff";
  // The default shape: the group itself.
  EXPECT_EQ(find(1, kPlain, "(&(objectClass=group)(cn=all)(!(memberUid=*)))").entries.size(), 1U);
  EXPECT_TRUE(find(3, kWindows, "(memberUid=*)").entries.empty());
}

TEST_F(DirectoryLayouts, Rfc4512_3_3_ClassesHaveTheirSuperclasses) {
  world.open();
  const Found group = find(2, kPeople, "(cn=staff)", {"objectClass", "structuralObjectClass"});
  EXPECT_EQ(group.entries.at(0).of("objectClass"), (Values{"top", "groupOfMembers", "posixGroup"}));
  EXPECT_EQ(group.entries.at(0).of("structuralObjectClass"), Values{"groupOfMembers"});
  EXPECT_EQ(find(2, kPeople, "(objectClass=organizationalPerson)").entries.size(), 2U);
}

TEST_F(DirectoryLayouts, ANewProfileIsBuiltBesideAndSwapped) {
  world.store.set_config(three_providers(false));
  world.open();
  EXPECT_EQ(find(2, kPeople, "(uid=alice)").dns(), Values{"cn=alice,ou=users,dc=people,dc=org"});
  world.store.set_config(three_providers(true));
  world.settle();
  EXPECT_EQ(find(2, kPeople, "(uid=alice)").dns(), Values{"uid=alice,ou=people,dc=people,dc=org"});
  EXPECT_EQ(world.model->metrics().rebuilds, 2U);
  // Back and again: the layout is still there.
  world.store.set_config(three_providers(false));
  world.settle();
  world.store.set_config(three_providers(true));
  world.settle();
  EXPECT_EQ(find(2, kPeople, "(uid=alice)").dns(), Values{"uid=alice,ou=people,dc=people,dc=org"});
  EXPECT_EQ(world.model->metrics().rebuilds, 2U);
  world.open();
  EXPECT_EQ(world.model->metrics().rebuilds, 0U) << "reopened as it is";
}

TEST_F(DirectoryLayouts, WhatNoProviderNeedsGoesAndTheNextStartDoesNotBuild) {
  world.open();
  world.store.set_config(three_providers(false));
  world.open();
  EXPECT_EQ(world.model->metrics().rebuilds, 0U);
  EXPECT_EQ(find(2, kPeople, "(uid=alice)").dns(), Values{"cn=alice,ou=users,dc=people,dc=org"});
  world.store.put_user(make_user(77, "late"));
  world.settle();
  world.open();
  EXPECT_EQ(world.model->metrics().rebuilds, 0U);
  // Whoever wants the shape again gets all of it.
  world.store.set_config(three_providers(true));
  world.settle();
  EXPECT_EQ(world.model->metrics().rebuilds, 1U);
  EXPECT_EQ(find(2, kPeople, "(uid=late)").dns(), Values{"uid=late,ou=people,dc=people,dc=org"});
}

TEST_F(DirectoryLayouts, AChangedProfileMeansABuildAtTheNextStart) {
  world.open();
  auto shapes = some_shapes();
  shapes->profiles[0].users.container = "folk";
  world.shapes = shapes;
  world.open();
  EXPECT_EQ(world.model->metrics().rebuilds, 1U);
  EXPECT_EQ(find(2, kPeople, "(uid=alice)").dns(), Values{"uid=alice,ou=folk,dc=people,dc=org"});
}

TEST_F(DirectoryLayouts, AnUnknownProfileHasNoTree) {
  world.shapes = nullptr;
  world.open();
  EXPECT_EQ(find(2, kPeople, "(uid=alice)").code, ResultCode::unavailable);
  EXPECT_EQ(find(1, kPlain, "(&(objectClass=user)(uid=alice))").entries.size(), 1U);
  const auto catalog = world.model->catalog();
  EXPECT_FALSE(catalog->ldap_provider(2)->names.has_value());
  EXPECT_TRUE(catalog->ldap_provider(1)->names.has_value());
}

TEST_F(DirectoryLayouts, ThreeHundredRandomChangesEqualARebuild) {
  world.open();
  std::mt19937 random(42);
  const auto below = [&random](unsigned bound) { return static_cast<int>(random() % bound); };
  for (int step = 0; step < 300; ++step) {
    const int pk = 1 + below(12);
    const int num = 1 + below(5);
    std::vector<core::GroupNumber> groups;
    for (int g = 1; g < num; ++g) {
      if (below(2) == 0) groups.push_back(g);
    }
    if (below(2) == 0) {
      core::StoredUser user = make_user(pk, "u" + std::to_string(pk) + (below(3) == 0 ? "x" : ""));
      user.name = below(2) == 0 ? "First Last" + std::to_string(below(3)) : "";
      if (below(2) == 0) user.attributes["k1"] = below(3);
      user.is_active = below(4) != 0;
      user.groups = groups;
      world.store.put_user(user);
    } else if (below(8) == 0) {
      world.store.drop_user(pk);
    } else {
      world.store.put_group(
          make_group(num, "g" + std::to_string(num) + (below(3) == 0 ? "y" : ""), groups));
    }
  }
  world.settle();
  const auto before = everything();
  ASSERT_GT(before[1].size(), 8U);
  world.model->rebuild();
  EXPECT_EQ(everything(), before);
}

}  // namespace
}  // namespace postern::test
