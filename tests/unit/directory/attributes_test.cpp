// Attributes that follow from others (Active Directory's, shadow, change numbers), photographs and
// keys, and declared types of custom attributes.

#include <boost/json/parse.hpp>

#include "directory/values.h"
#include "directory_world.h"

namespace postern::test {
namespace {

using Values = std::vector<std::string>;
using directory::CustomType;
using ldap::CustomKind;

constexpr const char* kAlice = "cn=alice,ou=users,dc=example,dc=org";
constexpr core::WallMs kNewYear = 1'767'225'600'000;

class DirectoryAttributes : public ::testing::Test {
 protected:
  core::StoredUser alice(const char* attributes = "{}") {
    core::StoredUser user = make_user(1, "alice", {1});
    user.attributes = boost::json::parse(attributes).as_object();
    return user;
  }
  Values of(const std::string& attribute, const std::string& filter = "(uid=alice)") {
    const Found found = world.search({.filter = filter, .attributes = {attribute}});
    return found.entries.empty() ? Values{"no entry"} : found.entries[0].of(attribute);
  }
  std::size_t count(const std::string& filter) { return world.dns(filter).size(); }
  World world;
};

TEST_F(DirectoryAttributes, ActiveDirectorysFollowFromTheRecord) {
  core::StoredUser user = alice();
  user.password_changed = kNewYear;
  world.store.put_user(user);
  core::StoredUser bob = make_user(2, "bob");
  bob.is_active = false;
  world.store.put_user(bob);
  world.store.put_group(make_group(1, "staff"));
  world.open();
  std::string guid;
  directory::guid_octets(uuid_of(1, 'a'), guid);
  EXPECT_EQ(of("objectGUID"), Values{guid});
  EXPECT_EQ(of("userAccountControl"), Values{"512"});
  EXPECT_EQ(of("userAccountControl", "(uid=bob)"), Values{"514"});
  EXPECT_EQ(of("pwdLastSet"), Values{"134116992000000000"});
  EXPECT_EQ(of("pwdLastSet", "(uid=bob)"), Values{"0"});
  directory::guid_octets(uuid_of(1, 'b'), guid);
  EXPECT_EQ(of("objectGUID", "(cn=staff)"), Values{guid});
  EXPECT_TRUE(of("userAccountControl", "(cn=staff)").empty());
  // They are not sent unless named, like other constructed attributes of Active Directory.
  EXPECT_TRUE(world.search({.filter = "(uid=alice)"}).entries[0].of("objectGUID").empty());
}

TEST_F(DirectoryAttributes, FiltersSeeConstructedOnes) {
  core::StoredUser user = alice();
  user.password_changed = kNewYear;
  user.not_after = kNewYear;
  world.store.put_user(user);
  core::StoredUser bob = make_user(2, "bob");
  bob.is_active = false;
  world.store.put_user(bob);
  world.open();
  EXPECT_EQ(count("(userAccountControl:1.2.840.113556.1.4.803:=2)"), 1U);
  EXPECT_EQ(count("(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"), 1U);
  EXPECT_EQ(count("(userAccountControl=*)"), 2U);
  EXPECT_EQ(count("(pwdLastSet>=1)"), 1U);
  EXPECT_EQ(count("(shadowExpire=20454)"), 1U);
  EXPECT_EQ(of("shadowLastChange"), Values{"20454"});
  std::string guid, filter = "(objectGUID=";
  directory::guid_octets(uuid_of(2, 'a'), guid);
  for (const char c : guid) {
    constexpr const char* kHex = "0123456789abcdef";
    filter += '\\';
    filter += kHex[static_cast<unsigned char>(c) >> 4U];
    filter += kHex[static_cast<unsigned char>(c) & 0xfU];
  }
  // Its virtual group shares no identifier with it.
  EXPECT_EQ(world.dns(filter + ")"), Values{"cn=bob,ou=users,dc=example,dc=org"});
}

TEST_F(DirectoryAttributes, EntryUsnGrowsWithChangesThatCount) {
  world.store.put_group(make_group(1, "staff"));
  world.store.put_group(make_group(2, "other"));
  world.store.put_user(alice());
  world.open();
  const auto usn = [&](const std::string& filter) { return std::stoll(of("entryUSN", filter)[0]); };
  const std::int64_t built = world.store.last_change();
  EXPECT_EQ(usn("(uid=alice)"), built);
  core::StoredUser moved = alice();
  moved.groups = {2};
  const std::int64_t change = world.store.put_user(moved);
  world.settle();
  EXPECT_EQ(usn("(uid=alice)"), change);
  EXPECT_EQ(usn("(cn=staff)"), change) << "it lost a member";
  EXPECT_EQ(usn("(cn=other)"), change) << "it won one";
  world.store.put_user(moved);  // nothing new
  world.settle();
  EXPECT_EQ(usn("(uid=alice)"), change);
  EXPECT_EQ(count("(&(objectClass=user)(entryUSN>=" + std::to_string(change) + "))"), 1U);
  EXPECT_EQ(count("(entryUSN>=" + std::to_string(change + 1) + ")"), 0U);
  world.store.drop_user(1);
  const std::int64_t last = world.store.last_change();
  world.settle();
  EXPECT_EQ(usn("(cn=other)"), last);
}

TEST_F(DirectoryAttributes, EntryUsnOutlivesARebuild) {
  world.store.put_group(make_group(1, "staff"));
  world.store.put_user(alice(R"({"zeta": "1"})"));
  world.open();
  const auto usn = [&](const std::string& filter) { return std::stoll(of("entryUSN", filter)[0]); };
  const std::int64_t built = world.store.last_change();
  core::StoredUser second = make_user(2, "bob", {1});
  second.attributes["alpha"] = "first in the alphabet, second in the table";
  const std::int64_t change = world.store.put_user(second);
  world.settle();
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(usn("(uid=alice)"), built);
    EXPECT_EQ(usn("(uid=bob)"), change);
    EXPECT_EQ(usn("(cn=staff)"), change);
    world.model->rebuild();
  }
  EXPECT_EQ(usn("(uid=alice)"), built);
  EXPECT_EQ(usn("(cn=staff)"), change);
}

TEST_F(DirectoryAttributes, Rfc2798_JpegPhotoIsOctets) {
  world.store.put_user(alice(
      R"({"jpegPhoto": "data:image/jpeg;base64,/9j/4AAQ", "sshPublicKey": ["ssh-ed25519 AAAA a", "ssh-ed25519 BBBB b"]})"));
  world.store.put_user(make_user(2, "bob"));
  world.open();
  EXPECT_EQ(of("jpegPhoto"), Values{std::string("\xff\xd8\xff\xe0\x00\x10", 6)});
  EXPECT_EQ(of("sshPublicKey"), (Values{"ssh-ed25519 AAAA a", "ssh-ed25519 BBBB b"}));
  EXPECT_EQ(count("(jpegPhoto=*)"), 1U);
  world.store.put_user(alice(R"({"jpegPhoto": "no base64!"})"));
  world.settle();
  EXPECT_EQ(count("(jpegPhoto=*)"), 0U);
}

TEST_F(DirectoryAttributes, DeclaredTypesMatchByTheirRules) {
  auto shapes = std::make_shared<directory::Shapes>();
  shapes->types = {{.name = "badgeNumber", .kind = CustomKind::integer},
                   {.name = "isExternal", .kind = CustomKind::boolean},
                   {.name = "hiredOn", .kind = CustomKind::timestamp},
                   {.name = "boss", .kind = CustomKind::dn, .multi_valued = true},
                   {.name = "fingerprint", .kind = CustomKind::binary},
                   {.name = "nickName", .multi_valued = true},
                   {.name = "onlyGroups", .of_users = false}};
  world.shapes = shapes;
  world.store.put_user(alice(R"({"badgenumber": 42, "isExternal": true,
      "hiredOn": "2026-01-01T12:00:00Z", "boss": ["cn=bob, ou=users,dc=example,dc=org", "not a dn"],
      "fingerprint": "AAEC", "nickName": ["Al", "Ali"], "onlyGroups": "x", "free": "text"})"));
  core::StoredUser bob = make_user(2, "bob");
  bob.attributes["badgeNumber"] = 7;
  bob.attributes["isExternal"] = "perhaps";
  world.store.put_user(bob);
  world.open();
  EXPECT_EQ(of("badgeNumber"), Values{"42"});
  EXPECT_EQ(count("(badgeNumber=42)"), 1U);
  EXPECT_EQ(count("(badgeNumber>=8)"), 1U);
  EXPECT_EQ(count("(badgeNumber<=8)"), 1U);
  EXPECT_EQ(count("(badgeNumber=4*)"), 0U) << "integers have no substrings rule";
  EXPECT_EQ(count("(isExternal=true)"), 1U);
  EXPECT_TRUE(of("isExternal", "(uid=bob)").empty()) << "what is no boolean is not shown";
  EXPECT_EQ(of("hiredOn"), Values{"20260101120000Z"});
  EXPECT_EQ(count("(hiredOn<=20260101130000+0100)"), 1U);
  EXPECT_EQ(of("boss"), Values{"cn=bob, ou=users,dc=example,dc=org"});
  EXPECT_EQ(count("(boss=CN=Bob,OU=Users,dc=example,dc=org)"), 1U);
  EXPECT_EQ(of("fingerprint"), Values{std::string("\x00\x01\x02", 3)});
  EXPECT_EQ(count("(fingerprint=\\00\\01\\02)"), 1U);
  EXPECT_EQ(of("nickName"), (Values{"Al", "Ali"}));
  EXPECT_EQ(count("(nickname=al)"), 1U);
  EXPECT_EQ(count("(onlyGroups=*)"), 0U);
  EXPECT_EQ(count("(free=TEXT)"), 1U);
}

TEST_F(DirectoryAttributes, Rfc4512_4_2_EveryCustomTypeIsPublished) {
  auto shapes = std::make_shared<directory::Shapes>();
  shapes->types = {{.name = "badgeNumber", .kind = CustomKind::integer}};
  world.shapes = shapes;
  world.store.put_user(alice(R"({"shoeSize": 41, "under_score": "x"})"));
  world.open();
  const auto schema = world.model->schema();
  ASSERT_NE(schema, nullptr);
  const auto* badge = schema->find("badgenumber");
  ASSERT_NE(badge, nullptr) << "declared, though nobody has one";
  EXPECT_EQ(badge->name, "badgeNumber");
  EXPECT_TRUE(badge->single_value);
  EXPECT_EQ(badge->equality, ldap::Rule::integer);
  const auto* size = schema->find("shoesize");
  ASSERT_NE(size, nullptr);
  EXPECT_EQ(size->name, "shoeSize");
  EXPECT_FALSE(size->single_value);
  EXPECT_EQ(schema->find("under_score"), nullptr) << "no name in RFC 4512's grammar";
  world.store.put_user(alice(R"({"hatSize": "L"})"));
  world.settle();
  EXPECT_NE(world.model->schema()->find("hatSize"), nullptr);
}

TEST_F(DirectoryAttributes, ChangedTypesAreBuiltBeside) {
  world.store.put_user(alice(R"({"badgeNumber": 42})"));
  world.open();
  EXPECT_EQ(count("(badgeNumber>=7)"), 0U) << "as texts, 42 is below 7";
  auto shapes = std::make_shared<directory::Shapes>();
  shapes->types = {{.name = "badgeNumber", .kind = CustomKind::integer}};
  const std::uint64_t before = world.model->metrics().rebuilds;
  world.model->reshape(shapes);
  for (int i = 0; i < 2000 && world.model->metrics().rebuilds == before; ++i) ::usleep(5000);
  EXPECT_EQ(count("(badgeNumber>=7)"), 1U);
  world.shapes = shapes;
  world.open();  // the same types: no build
  EXPECT_EQ(world.model->metrics().rebuilds, 0U);
  EXPECT_EQ(count("(badgeNumber=42)"), 1U);
}

}  // namespace
}  // namespace postern::test
