// Who sees what, row by row: identity x entry x attribute x operation (reference row L76), and what
// the rows cannot say.

#include "sight_world.h"

namespace postern::test {
namespace {

using ldap::ResultCode;
using ldap::Sees;
using Values = std::vector<std::string>;

const std::vector<std::string> kNarrow{"cn", "uid", "memberOf", "member"};
const std::vector<std::int64_t> kOnlyApp{3};

enum class Who { anonymous, nothing, self, own, fellows, reader, reader_app, full, narrow };
ldap::Viewer viewer_of(Who who) {
  switch (who) {
    case Who::anonymous:
      return SightWorld::viewer(Sees::own_groups, 0);
    case Who::nothing:
      return SightWorld::viewer(Sees::nothing, 1);
    case Who::self:
      return SightWorld::viewer(Sees::self, 1);
    case Who::own:
      return SightWorld::viewer(Sees::own_groups, 1);
    case Who::fellows: {
      ldap::Viewer viewer = SightWorld::viewer(Sees::own_groups, 1);
      viewer.with_members = true;
      return viewer;
    }
    case Who::reader:
      return SightWorld::viewer(Sees::members);
    case Who::reader_app: {
      ldap::Viewer viewer = SightWorld::viewer(Sees::members);
      viewer.groups = &kOnlyApp;
      return viewer;
    }
    case Who::full:
      return SightWorld::viewer(Sees::everything);
    case Who::narrow: {
      ldap::Viewer viewer = SightWorld::viewer(Sees::everything);
      viewer.attributes = &kNarrow;
      return viewer;
    }
  }
  return {};
}

enum class Op {
  read,     // base search of `entry`: the values of `attribute`
  code,     // base search: the result code and matchedDN
  find,     // subtree search by the filter in `value`: how many entries
  compare,  // (attribute=value) on `entry`: the result code
};
struct Row {
  Who who;
  Op op;
  std::string entry, attribute, value;
  std::string expected;
};

std::string joined(Values values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : "|") + value;
  return out;
}

std::string outcome(SightWorld& world, const Row& row) {
  const ldap::Viewer viewer = viewer_of(row.who);
  if (row.op == Op::compare) {
    return std::to_string(
        static_cast<int>(world.compare(viewer, row.entry, row.attribute, row.value)));
  }
  const bool subtree = row.op == Op::find;
  const Found found = world.search({.filter = subtree ? row.value : "(objectClass=*)",
                                    .base = subtree ? "dc=example,dc=org" : row.entry,
                                    .scope = subtree ? ldap::Scope::sub : ldap::Scope::base,
                                    .attributes = {"*", "+"},
                                    .as = viewer});
  if (row.op == Op::code) {
    return std::to_string(static_cast<int>(found.code)) + " " + found.matched;
  }
  if (subtree) return std::to_string(found.entries.size());
  if (found.entries.size() != 1) return "no entry";
  return joined(found.entries[0].of(row.attribute));
}

TEST(DirectorySight, MatrixOfIdentityEntryAttributeAndOperation) {
  SightWorld world;
  const std::string base = "dc=example,dc=org", users = "ou=users," + base,
                    groups = "ou=groups," + base;
  const std::string alice = user_dn("alice"), bob = user_dn("bob"), carol = user_dn("carol"),
                    dave = user_dn("dave"), eve = user_dn("eve"), reader = user_dn("reader"),
                    nobody = user_dn("nobody");
  const std::string staff = group_dn("staff"), everyone = group_dn("everyone"),
                    app = group_dn("app"), secret = group_dn("secret");
  const std::string own_bob = "cn=bob,ou=virtual-groups," + base,
                    own_alice = "cn=alice,ou=virtual-groups," + base;
  const std::vector<Row> rows{
      {Who::anonymous, Op::code, base, "", "", "32 "},
      {Who::anonymous, Op::code, alice, "", "", "32 "},
      {Who::anonymous, Op::compare, alice, "cn", "alice", "32"},
      {Who::nothing, Op::code, base, "", "", "32 "},
      {Who::nothing, Op::code, alice, "", "", "32 "},
      {Who::nothing, Op::compare, alice, "cn", "alice", "32"},
      {Who::self, Op::code, base, "", "", "0 "},
      {Who::self, Op::find, "", "", "(objectClass=user)", "1"},
      {Who::self, Op::find, "", "", "(objectClass=groupOfNames)", "1"},
      {Who::self, Op::read, alice, "mail", "", "alice@example.org"},
      {Who::self, Op::read, alice, "memberOf", "", ""},
      {Who::self, Op::find, "", "", "(memberOf=*)", "0"},
      {Who::self, Op::code, staff, "", "", "32 " + groups},
      {Who::self, Op::compare, alice, "memberOf", staff, "16"},
      {Who::own, Op::find, "", "", "(objectClass=user)", "1"},
      {Who::own, Op::find, "", "", "(objectClass=groupOfNames)", "3"},
      {Who::own, Op::read, alice, "memberOf", "", staff + "|" + app},
      {Who::own, Op::read, staff, "member", "", alice},
      {Who::own, Op::read, staff, "memberUid", "", "alice"},
      {Who::own, Op::read, staff, "memberOf", "", ""},
      {Who::own, Op::code, bob, "", "", "32 " + users},
      {Who::own, Op::code, nobody, "", "", "32 " + users},
      {Who::own, Op::code, everyone, "", "", "32 " + groups},
      {Who::own, Op::compare, bob, "cn", "bob", "32"},
      {Who::own, Op::compare, staff, "member", bob, "5"},
      {Who::own, Op::compare, staff, "member", alice, "6"},
      {Who::fellows, Op::find, "", "", "(objectClass=user)", "5"},
      {Who::fellows, Op::code, dave, "", "", "32 " + users},
      {Who::fellows, Op::read, staff, "memberUid", "", "alice|bob|eve"},
      {Who::fellows, Op::code, everyone, "", "", "32 " + groups},
      {Who::reader, Op::find, "", "", "(objectClass=user)", "3"},
      {Who::reader, Op::find, "", "", "(|(uid=bob)(mail=bob@example.org)(uidNumber=2002))", "0"},
      {Who::reader, Op::find, "", "", "(!(objectClass=group))", "7"},
      {Who::reader, Op::find, "", "", "(objectClass=goauthentik.io/ldap/virtual-group)", "3"},
      {Who::reader, Op::code, bob, "", "", "32 " + users},
      {Who::reader, Op::code, own_bob, "", "", "32 ou=virtual-groups," + base},
      {Who::reader, Op::code, eve, "", "", "32 " + users},
      {Who::reader, Op::read, own_alice, "member", "", alice},
      {Who::reader, Op::read, staff, "member", "", alice},
      {Who::reader, Op::read, app, "memberUid", "", "alice|carol|reader"},
      {Who::reader, Op::read, secret, "member", "", ""},
      {Who::reader, Op::compare, secret, "member", dave, "16"},
      {Who::reader, Op::compare, staff, "member", bob, "5"},
      {Who::reader, Op::compare, bob, "cn", "bob", "32"},
      {Who::reader, Op::find, "", "", "(member=" + bob + ")", "0"},
      {Who::reader, Op::find, "", "", "(memberUid=b*)", "0"},
      {Who::reader, Op::find, "", "", "(memberOf:1.2.840.113556.1.4.1941:=" + everyone + ")", "2"},
      {Who::reader_app, Op::find, "", "",
       "(&(objectClass=group)(gidNumber<=4999)(gidNumber>=4000))", "1"},
      {Who::reader_app, Op::read, alice, "memberOf", "", app},
      {Who::reader_app, Op::code, staff, "", "", "32 " + groups},
      {Who::reader_app, Op::find, "", "", "(memberOf=" + staff + ")", "0"},
      {Who::reader_app, Op::find, "", "", "(memberOf:1.2.840.113556.1.4.1941:=" + everyone + ")",
       "0"},
      {Who::full, Op::find, "", "", "(objectClass=user)", "6"},
      {Who::full, Op::read, staff, "memberUid", "", "alice|bob|eve"},
      {Who::full, Op::compare, bob, "memberOf", staff, "6"},
      {Who::full, Op::compare, bob, "memberOf", app, "5"},
      {Who::full, Op::compare, carol, "memberOf", nobody, "5"},
      {Who::full, Op::compare, reader, "uidNumber", "many", "21"},
      {Who::full, Op::compare, reader, "nosuch", "x", "17"},
      {Who::full, Op::compare, reader, "jpegPhoto", "x", "18"},
      {Who::full, Op::compare, reader, "userPassword", "x", "16"},
      {Who::full, Op::compare, reader, "SHOE", "Reader", "6"},
      {Who::full, Op::compare, staff, "shoe", "x", "16"},
      {Who::narrow, Op::read, bob, "mail", "", ""},
      {Who::narrow, Op::read, bob, "uid", "", "bob"},
      {Who::narrow, Op::read, bob, "entryUUID", "", ""},
      {Who::narrow, Op::read, bob, "memberOf", "", staff},
      {Who::narrow, Op::read, staff, "memberUid", "", ""},
      {Who::narrow, Op::find, "", "", "(mail=*)", "0"},
      {Who::narrow, Op::find, "", "", "(!(mail=x))", "0"},
      {Who::narrow, Op::find, "", "", "(|(mail=*)(uid=bob))", "1"},
      {Who::narrow, Op::find, "", "", "(name=bob the 2)", "0"},
      {Who::narrow, Op::find, "", "", "(name=bob)", "2"},  // cn, of the user and its group
      {Who::narrow, Op::find, "", "", "(:caseIgnoreMatch:=red)", "0"},
      {Who::narrow, Op::compare, bob, "mail", "bob@example.org", "16"},
      {Who::narrow, Op::compare, bob, "Color", "red", "17"},
      {Who::narrow, Op::compare, bob, "uid", "bob", "6"},
  };
  EXPECT_GE(rows.size(), 50U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    EXPECT_EQ(outcome(world, row), row.expected)
        << "row " << i << ": " << row.entry << " " << row.attribute << " " << row.value;
  }
}

TEST(DirectorySight, AnAttributeListShowsOnlyWhatIsInItHoweverItIsAskedFor) {
  SightWorld world;
  const std::vector<std::string> allowed{"2.5.4.3", "@posixAccount"};
  ldap::Viewer viewer = SightWorld::viewer(Sees::everything);
  viewer.attributes = &allowed;
  const auto types = [&](std::vector<std::string> asked) {
    Values out;
    const Found found =
        world.search({.filter = "(uid=alice)", .attributes = std::move(asked), .as = viewer});
    for (const auto& [name, values] : found.entries.at(0).attributes) out.push_back(name);
    return joined(out);
  };
  const std::string all = "cn|gidNumber|homeDirectory|loginShell|objectClass|uid|uidNumber";
  EXPECT_EQ(types({}), all);
  EXPECT_EQ(types({"*", "+"}), all);
  EXPECT_EQ(types({"name", "mail", "Color"}), "cn");
  EXPECT_EQ(types({"@inetOrgPerson"}), "cn|objectClass|uid");
  EXPECT_EQ(types({"1.1"}), "");
  EXPECT_EQ(world.search({.filter = "(uid=alice)", .types_only = true, .as = viewer})
                .entries.at(0)
                .attributes.size(),
            7U);
}

TEST(DirectorySight, OfItsGroupsMembersAUserSeesItselfAloneUnlessTheRuleSaysMore) {
  SightWorld world;
  world.add(1, "alice", {1, 2, 3});
  world.settle();
  ldap::Viewer viewer = SightWorld::viewer(Sees::own_groups, 1);
  const auto members = [&] {
    return world.search({.filter = "(cn=everyone)", .as = viewer}).entries.at(0).of("member");
  };
  EXPECT_EQ(members(), Values{user_dn("alice")});
  EXPECT_EQ(world.compare(viewer, group_dn("everyone"), "member", group_dn("staff")),
            ResultCode::compareFalse);
  viewer.with_members = true;
  EXPECT_EQ(members(), (Values{user_dn("alice"), user_dn("dave"), group_dn("staff")}));
  EXPECT_EQ(world.compare(viewer, group_dn("everyone"), "member", group_dn("staff")),
            ResultCode::compareTrue);
}

TEST(DirectorySight, ASizeLimitCountsOnlyWhatIsSeen) {
  SightWorld world;
  const ldap::Viewer reader = SightWorld::viewer(Sees::members);
  const Found all = world.search({.filter = "(objectClass=user)", .size_limit = 3, .as = reader});
  EXPECT_EQ(all.code, ResultCode::success);
  EXPECT_EQ(all.entries.size(), 3U);
  const Found two = world.search({.filter = "(objectClass=user)", .size_limit = 2, .as = reader});
  EXPECT_EQ(two.code, ResultCode::sizeLimitExceeded);
  EXPECT_EQ(two.entries.size(), 2U);
}

TEST(DirectorySight, WhoMayUseTheServiceFollowsItsBindingsAndGroupsAtOnce) {
  SightWorld world;
  const ldap::Viewer reader = SightWorld::viewer(Sees::members);
  const auto users = [&] {
    return world.search({.filter = "(objectClass=user)", .as = reader}).entries.size();
  };
  EXPECT_EQ(users(), 3U);
  world.add(2, "bob", {3});
  world.add(3, "carol", {});
  world.add(1, "alice", {1, 3}, false);
  world.settle();
  EXPECT_EQ(users(), 2U);  // bob, reader
  world.store.set_config(
      config_with_application({{{"group", uuid_of(3, 'b')}, {"negate", true}}, {{"user", 6}}}));
  world.settle();
  EXPECT_EQ(users(), 3U);  // carol, dave, reader
  world.store.set_config(config_with_application({{{"policy", "a lua expression"}}}));
  world.settle();
  EXPECT_EQ(users(), 0U);  // what cannot be told here is not granted
  world.store.set_config(config_with_application());
  world.settle();
  EXPECT_EQ(users(), 4U);  // no bindings: every active user
  world.store.set_config(config_with({{1, "dc=example,dc=org"}}));
  world.settle();
  EXPECT_EQ(users(), 0U);  // no application
}

TEST(DirectorySight, MembersThroughOtherGroupsMayUseTheServiceToo) {
  SightWorld world;
  world.store.put_group(make_group(2, "everyone", {3}));
  world.settle();
  const ldap::Viewer reader = SightWorld::viewer(Sees::members);
  // alice, bob (staff in everyone in app), carol, dave (everyone), reader
  EXPECT_EQ(world.search({.filter = "(objectClass=user)", .as = reader}).entries.size(), 5U);
}

TEST(DirectorySight, GroupsOfSearchRulesAreFoundByNameAndFollowARename) {
  SightWorld world;
  core::StoredConfig config = config_with_application();
  config.objects[0].as_object()["object"].as_object()["attributes"] =
      boost::json::parse(R"({"postern":{"search":[{"group":"Staff","sees":"everything"}]}})");
  world.store.set_config(config);
  world.settle();
  const auto group = [&] {
    return world.model->catalog()->ldap_providers.at(0)->search.list.at(0).group;
  };
  EXPECT_EQ(group(), 1);
  world.store.put_group(make_group(1, "workers", {2}));
  world.settle();
  EXPECT_EQ(group(), 0);
  world.store.put_group(make_group(4, "staff"));
  world.settle();
  EXPECT_EQ(group(), 4);
}

}  // namespace
}  // namespace postern::test
