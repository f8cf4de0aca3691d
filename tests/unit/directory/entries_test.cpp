// What entries look like: attributes of users, groups, virtual groups and containers.

#include <boost/json/parse.hpp>

#include "directory_world.h"

namespace postern::test {
namespace {

using Values = std::vector<std::string>;
using ldap::ResultCode;
using ldap::Scope;

constexpr const char* kAlice = "cn=alice,ou=users,dc=example,dc=org";
constexpr const char* kStaff = "cn=staff,ou=groups,dc=example,dc=org";

class DirectoryEntries : public ::testing::Test {
 protected:
  void SetUp() override {
    world.store.put_group(make_group(1, "staff", {2}));
    world.store.put_group(make_group(2, "everyone"));
    core::StoredUser alice = make_user(1, "alice", {1});
    alice.name = "Alice van Dijk";
    alice.email = "alice@example.org";
    alice.attributes = boost::json::parse(R"({
      "foo/bar.baz": "x", "list": ["a", null, "b", "a", {"no": 1}], "flag": true, "count": 42,
      "nothing": null, "nested": {"a": 1}, "home": "/srv/%s", "postern:secret": "s",
      "goauthentik.io/user/debug": true, "userPassword": "geheim", "sambaNTPassword": "00",
      "cn": "evil", "uid": "evil", "objectClass": "evil", "memberOf": "evil", "entryUUID": "evil",
      "sAMAccountName": "ALICE", "loginShell": "/bin/zsh", "telephoneNumber": ["+31 1", "+31 2"]
    })")
                           .as_object();
    world.store.put_user(alice);
    world.store.put_user(make_user(2, "bob"));
    world.open();
  }
  Entry read(const std::string& dn, std::vector<std::string> attributes = {}) {
    const Found found = world.search({.base = dn, .scope = Scope::base, .attributes = attributes});
    EXPECT_EQ(found.code, ResultCode::success) << dn;
    EXPECT_EQ(found.entries.size(), 1U) << dn;
    return found.entries.empty() ? Entry{} : found.entries[0];
  }
  World world;
};

TEST_F(DirectoryEntries, UserHasExactlyTheseAttributes) {
  const Entry alice = read(kAlice);
  const std::map<std::string, Values> expected{
      {"objectClass",
       {"top", "person", "organizationalPerson", "inetOrgPerson", "user", "posixAccount",
        "goauthentik.io/ldap/user"}},
      {"cn", {"alice"}},
      {"sAMAccountName", {"ALICE"}},
      {"uid", {"alice"}},
      {"name", {"Alice van Dijk"}},
      {"displayName", {"Alice van Dijk"}},
      {"sn", {"Alice van Dijk"}},
      {"givenName", {"Alice van"}},
      {"mail", {"alice@example.org"}},
      {"memberOf", {kStaff}},
      {"uidNumber", {"2001"}},
      {"gidNumber", {"2001"}},
      {"homeDirectory", {"/home/alice"}},
      {"loginShell", {"/bin/zsh"}},
      {"ak-active", {"TRUE"}},
      {"ak-superuser", {"FALSE"}},
      {"foo-barbaz", {"x"}},
      {"list", {"a", "b"}},
      {"flag", {"TRUE"}},
      {"count", {"42"}},
      {"home", {"/srv/alice"}},
      {"telephoneNumber", {"+31 1", "+31 2"}},
  };
  EXPECT_EQ(alice.attributes, expected);
  EXPECT_EQ(alice.dn, kAlice);
}

TEST_F(DirectoryEntries, Rfc4519_PersonWithoutNameHasSn) {
  const Entry bob = read("cn=bob,ou=users,dc=example,dc=org");
  EXPECT_EQ(bob.of("sn"), Values{"bob"});
  for (const char* absent : {"mail", "givenName", "memberOf", "name", "displayName"}) {
    EXPECT_TRUE(bob.of(absent).empty()) << absent;
  }
}

TEST_F(DirectoryEntries, Rfc4512_3_4_OperationalOnlyWhenAsked) {
  const Entry alice = read(kAlice, {"+"});
  const std::map<std::string, Values> expected{
      {"entryUUID", {uuid_of(1, 'a')}},
      {"entryDN", {kAlice}},
      {"createTimestamp", {"20260101000000Z"}},
      {"modifyTimestamp", {"20260101000101Z"}},
      {"creatorsName", {"cn=postern"}},
      {"modifiersName", {"cn=postern"}},
      {"structuralObjectClass", {"inetOrgPerson"}},
      {"subschemaSubentry", {"cn=subschema"}},
      {"hasSubordinates", {"FALSE"}},
      {"entryUSN", {std::to_string(world.store.last_change())}},
  };
  EXPECT_EQ(alice.attributes, expected);
  const Entry both = read(kAlice, {"*", "entryUUID"});
  EXPECT_EQ(both.of("entryUUID"), Values{uuid_of(1, 'a')});
  EXPECT_EQ(both.of("cn"), Values{"alice"});
  EXPECT_TRUE(both.of("entryDN").empty());
}

TEST_F(DirectoryEntries, GroupHasExactlyTheseAttributes) {
  const Entry everyone = read("cn=everyone,ou=groups,dc=example,dc=org");
  const std::map<std::string, Values> parent{
      {"objectClass",
       {"top", "group", "groupOfUniqueNames", "groupOfNames", "posixGroup",
        "goauthentik.io/ldap/group"}},
      {"cn", {"everyone"}},
      {"sAMAccountName", {"everyone"}},
      {"uid", {uuid_of(2, 'b')}},
      {"gidNumber", {"4002"}},
      {"ak-superuser", {"FALSE"}},
      {"member", {kStaff}},
      {"uniqueMember", {kStaff}},
  };
  EXPECT_EQ(everyone.attributes, parent);
  const Entry staff = read(kStaff, {"member", "memberUid", "memberOf"});
  EXPECT_EQ(staff.of("member"), Values{kAlice});
  EXPECT_EQ(staff.of("memberUid"), Values{"alice"});
  EXPECT_EQ(staff.of("memberOf"), Values{"cn=everyone,ou=groups,dc=example,dc=org"});
}

TEST_F(DirectoryEntries, VirtualGroupIsComputed) {
  const Entry own = read("cn=alice,ou=virtual-groups,dc=example,dc=org");
  const std::map<std::string, Values> expected{
      {"objectClass",
       {"top", "group", "groupOfUniqueNames", "groupOfNames", "posixGroup",
        "goauthentik.io/ldap/group", "goauthentik.io/ldap/virtual-group"}},
      {"cn", {"alice"}},
      {"sAMAccountName", {"alice"}},
      {"uid", {uuid_of(1, 'a')}},
      {"gidNumber", {"2001"}},
      {"ak-superuser", {"FALSE"}},
      {"member", {kAlice}},
      {"uniqueMember", {kAlice}},
      {"memberUid", {"alice"}},
  };
  EXPECT_EQ(own.attributes, expected);
  const auto uuid = read(own.dn, {"entryUUID"}).of("entryUUID");
  ASSERT_EQ(uuid.size(), 1U);
  EXPECT_NE(uuid[0], uuid_of(1, 'a'));
  EXPECT_EQ(world.dns("(entryUUID=" + uuid[0] + ")"), Values{own.dn});
}

TEST_F(DirectoryEntries, ContainersAnswerToOuAndCn) {
  const Entry users = read("ou=users,dc=example,dc=org");
  const std::map<std::string, Values> expected{
      {"objectClass", {"top", "nsContainer", "organizationalUnit"}},
      {"cn", {"users"}},
      {"ou", {"users"}},
      {"distinguishedName", {"ou=users,dc=example,dc=org"}},
  };
  EXPECT_EQ(users.attributes, expected);
  EXPECT_EQ(world.dns("(ou=groups)"), Values{"ou=groups,dc=example,dc=org"});
  EXPECT_EQ(world.dns("(commonName=virtual-groups)"),
            Values{"ou=virtual-groups,dc=example,dc=org"});
  const Entry base = read("dc=example,dc=org");
  EXPECT_EQ(base.of("objectClass"), (Values{"top", "domain", "dcObject"}));
  EXPECT_EQ(base.of("dc"), Values{"example"});
}

TEST_F(DirectoryEntries, X501_ContainersKnowWhetherTheViewerSeesAnythingBelow) {
  const auto answer = [&](const std::string& base, const Query& query) {
    Query asked = query;
    asked.base = base;
    asked.scope = ldap::Scope::base;
    asked.attributes = {"hasSubordinates", "createTimestamp", "modifyTimestamp"};
    return world.search(asked).entries.at(0);
  };
  const std::string users = "ou=users,dc=example,dc=org", groups = "ou=groups,dc=example,dc=org";
  const Query self{.as = ldap::Viewer{.provider = 1, .user = 2, .sees = ldap::Sees::self}};
  for (const Query& query : {Query{}, self}) {
    EXPECT_EQ(answer("dc=example,dc=org", query).of("hasSubordinates"), Values{"TRUE"});
    EXPECT_EQ(answer(users, query).of("hasSubordinates"), Values{"TRUE"});
    EXPECT_EQ(answer(users, query).of("createTimestamp"), Values{"20260101000000Z"});
    EXPECT_EQ(answer(users, query).of("modifyTimestamp"), Values{"20260101000000Z"});
  }
  EXPECT_EQ(answer(groups, {}).of("hasSubordinates"), Values{"TRUE"});
  EXPECT_EQ(answer(groups, self).of("hasSubordinates"), Values{"FALSE"}) << "bob is in none";
  Query found = self;
  found.filter = "(&(objectClass=organizationalUnit)(hasSubordinates=FALSE))";
  EXPECT_EQ(world.search(found).dns(), Values{groups});
  found = {};
  found.filter = "(&(objectClass=organizationalUnit)(hasSubordinates=FALSE))";
  EXPECT_TRUE(world.search(found).dns().empty());
}

TEST_F(DirectoryEntries, Rfc4511_4_5_1_8_AttributeSelection) {
  EXPECT_TRUE(read(kAlice, {"1.1"}).attributes.empty());
  EXPECT_EQ(read(kAlice, {"1.1", "cn"}).attributes.size(), 1U);
  EXPECT_EQ(read(kAlice, {"2.5.4.3", "CN", "commonName", "unknown"}).of("cn"), Values{"alice"});
  EXPECT_EQ(read(kAlice, {"LIST"}).of("list"), (Values{"a", "b"}));
  const Entry names = read(kAlice, {"2.5.4.41"});
  EXPECT_EQ(names.of("cn"), Values{"alice"});
  EXPECT_EQ(names.of("sn"), Values{"Alice van Dijk"});
  // RFC 4529: `user` allows name, so cn and sn come as its subtypes.
  EXPECT_EQ(read(kAlice, {"@user"}).of("cn"), Values{"alice"});
  const Found types = world.search(
      {.base = kAlice, .scope = Scope::base, .attributes = {"cn", "memberOf"}, .types_only = true});
  ASSERT_EQ(types.entries.size(), 1U);
  EXPECT_EQ(types.entries[0].attributes,
            (std::map<std::string, Values>{{"cn", {}}, {"memberOf", {}}}));
  const Found all = world.search({.base = kAlice, .scope = Scope::base, .types_only = true});
  ASSERT_EQ(all.entries.size(), 1U);
  EXPECT_EQ(all.entries[0].attributes.size(), 22U);
}

TEST_F(DirectoryEntries, Rfc4514_NamesAreEscaped) {
  const std::string odd = " #a,b+c\"d\\e<f>g;h ";
  world.store.put_user(make_user(9, odd));
  world.store.put_user(make_user(10, "x#y z"));
  world.settle();
  const Found found = world.search({.filter = "(uidNumber=2009)", .attributes = {"cn"}});
  ASSERT_EQ(found.entries.size(), 1U);
  const Entry again = read(found.entries[0].dn, {"cn"});
  EXPECT_EQ(again.of("cn"), Values{odd});
  EXPECT_EQ(read("cn=x#y z,ou=users,dc=example,dc=org", {"uid"}).of("uid"), Values{"x#y z"});
}

TEST_F(DirectoryEntries, DnsAreFoundInAnySpelling) {
  EXPECT_EQ(read("CN=ALICE , OU=Users,DC=Example,dc=ORG").dn, kAlice);
  EXPECT_EQ(read("2.5.4.3=alice,ou=users,dc=example,dc=org").dn, kAlice);
  const Found absent = world.search({.base = "uid=alice,ou=users,dc=example,dc=org"});
  EXPECT_EQ(absent.code, ResultCode::noSuchObject);
  EXPECT_EQ(absent.matched, "ou=users,dc=example,dc=org");
  EXPECT_EQ(world.search({.base = "no dn"}).code, ResultCode::invalidDNSyntax);
  EXPECT_EQ(world.search({.base = "dc=elsewhere"}).code, ResultCode::noSuchObject);
}

TEST_F(DirectoryEntries, Rfc4511_4_5_1_2_Scopes) {
  const auto at = [this](const std::string& base, Scope scope) {
    return world.search({.base = base, .scope = scope, .attributes = {"1.1"}}).dns();
  };
  const std::string base = "dc=example,dc=org";
  const Values containers{"ou=users," + base, "ou=groups," + base, "ou=virtual-groups," + base};
  const Values users{"cn=alice,ou=users," + base, "cn=bob,ou=users," + base};
  const Values groups{"cn=staff,ou=groups," + base, "cn=everyone,ou=groups," + base};
  const Values virtuals{"cn=alice,ou=virtual-groups," + base, "cn=bob,ou=virtual-groups," + base};
  EXPECT_EQ(at(base, Scope::base), Values{base});
  EXPECT_EQ(at(base, Scope::one), containers);
  EXPECT_EQ(at("ou=users," + base, Scope::one), users);
  EXPECT_EQ(at("ou=groups," + base, Scope::one), groups);
  EXPECT_EQ(at("ou=virtual-groups," + base, Scope::children), virtuals);
  Values below = containers;
  for (const Values* part : {&users, &groups, &virtuals}) {
    below.insert(below.end(), part->begin(), part->end());
  }
  EXPECT_EQ(at(base, Scope::children), below);
  below.insert(below.begin(), base);
  EXPECT_EQ(at(base, Scope::sub), below);
  EXPECT_EQ(at(kAlice, Scope::sub), Values{kAlice});
  EXPECT_TRUE(at(kAlice, Scope::one).empty());
  EXPECT_TRUE(at(kAlice, Scope::children).empty());
}

TEST_F(DirectoryEntries, TwoProvidersShowTheSameEntriesUnderTheirBases) {
  world.store.set_config(config_with({{1, "dc=example,dc=org"}, {2, "o=Other, c=NL"}}));
  world.settle();
  const Found other =
      world.search({.filter = "(uid=alice)", .base = "o=other,c=nl", .provider = 2});
  ASSERT_EQ(other.entries.size(), 1U);
  EXPECT_EQ(other.entries[0].dn, "cn=alice,ou=users,o=other, c=nl");
  EXPECT_EQ(other.entries[0].of("memberOf"), Values{"cn=staff,ou=groups,o=other, c=nl"});
  EXPECT_EQ(world.search({.base = "dc=example,dc=org", .provider = 2}).code,
            ResultCode::noSuchObject);
  EXPECT_EQ(world.dns("(uid=alice)"), Values{kAlice});
  world.store.set_config(config_with({{1, "dc=example,dc=org"}}));
  world.settle();
  EXPECT_EQ(world.search({.base = "o=other,c=nl", .provider = 2}).code, ResultCode::unavailable);
}

}  // namespace
}  // namespace postern::test
