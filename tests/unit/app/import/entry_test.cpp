#include "app/import/entry.h"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/credentials/password_hash.h"
#include "core/secret.h"
#include "unit/app/import/input.h"

namespace postern::app {
namespace {

using Kind = ImportEntry::Kind;

ImportEntry from_ldif(std::string dn, std::vector<std::pair<std::string, std::string>> values) {
  testing::CountingRandom random;
  return entry_from_ldif({7, std::move(dn), std::move(values)}, random);
}

std::string text(const ImportEntry& entry, std::string_view field) {
  const auto* value = entry.fields.if_contains(field);
  return value == nullptr || !value->is_string() ? "(none)" : std::string(value->get_string());
}

std::string attributes(const ImportEntry& entry) {
  return boost::json::serialize(entry.fields.at("attributes"));
}

TEST(ImportEntry, PersonOfSlapd) {
  const auto entry = from_ldif("uid=Anna,ou=People,dc=Example",
                               {{"objectclass", "inetOrgPerson"},
                                {"objectclass", "posixAccount"},
                                {"uid", "anna"},
                                {"cn", "Anna S"},
                                {"sn", "S"},
                                {"mail", "a@x.org"},
                                {"mail", "b@x.org"},
                                {"uidnumber", "5001"},
                                {"gidnumber", "100"},
                                {"homedirectory", "/home/anna"},
                                {"entryuuid", "5E0C1F0A-0000-4000-8000-00000000000A"},
                                {"createtimestamp", "20200102030405Z"},
                                {"entrycsn", "x"},
                                {"memberof", "cn=g"},
                                {"pwdchangedtime", "x"}});
  EXPECT_EQ(entry.kind, Kind::user);
  EXPECT_EQ(entry.line, 7U);
  EXPECT_EQ(entry.name, "anna");
  EXPECT_EQ(entry.dn, "uid=anna,ou=people,dc=example");
  EXPECT_EQ(text(entry, "username"), "anna");
  EXPECT_EQ(text(entry, "name"), "Anna S");
  EXPECT_EQ(text(entry, "email"), "a@x.org");
  EXPECT_EQ(text(entry, "uuid"), "5e0c1f0a-0000-4000-8000-00000000000a");
  EXPECT_EQ(entry.uid_number, 5001);
  EXPECT_EQ(entry.gid_number, 100);
  EXPECT_EQ(entry.fields.at("date_joined").as_int64(), 1577934245000);
  EXPECT_EQ(attributes(entry),
            R"({"sn":"S","homedirectory":"/home/anna","otherMailbox":"b@x.org"})");
  EXPECT_TRUE(entry.notes.empty());
}

TEST(ImportEntry, NameOfAUserByUidThenAccountNameThenCn) {
  EXPECT_EQ(from_ldif("cn=c", {{"objectclass", "person"}, {"cn", "c"}, {"uid", "u"}}).name, "u");
  EXPECT_EQ(from_ldif("cn=c", {{"objectclass", "user"}, {"cn", "c"}, {"samaccountname", "s"}}).name,
            "s");
  EXPECT_EQ(from_ldif("cn=c", {{"objectclass", "person"}, {"cn", "c"}}).name, "c");
}

TEST(ImportEntry, KindsByObjectClass) {
  EXPECT_EQ(from_ldif("cn=g", {{"objectclass", "POSIXGROUP"}, {"cn", "g"}}).kind, Kind::group);
  EXPECT_EQ(from_ldif("ou=g", {{"objectclass", "organizationalUnit"}}).kind, Kind::container);
  EXPECT_EQ(from_ldif("cn=d", {{"objectclass", "device"}}).kind, Kind::nothing);
  EXPECT_EQ(from_ldif("cn=d", {}).kind, Kind::nothing);
}

TEST(ImportEntry, MembersOfAGroup) {
  const auto entry =
      from_ldif("cn=G,dc=x", {{"objectclass", "groupOfNames"},
                              {"cn", "G"},
                              {"member", "UID=A , dc=x"},
                              {"uniquemember", "uid=b,dc=x"},
                              {"member", "no dn"},
                              {"memberuid", "carl"},
                              {"gidnumber", "77"},
                              {"entryuuid", "5e0c1f0a-0000-4000-8000-00000000000a"}});
  EXPECT_EQ(entry.kind, Kind::group);
  EXPECT_EQ(entry.member_dns, (std::vector<std::string>{"uid=a,dc=x", "uid=b,dc=x"}));
  EXPECT_EQ(entry.member_names, (std::vector<std::string>{"carl"}));
  EXPECT_EQ(entry.gid_number, 77);
  EXPECT_EQ(text(entry, "pk"), "5e0c1f0a-0000-4000-8000-00000000000a");
  ASSERT_EQ(entry.notes.size(), 1U);
}

TEST(ImportEntry, SeveralValuesBecomeAList) {
  const auto entry = from_ldif("cn=a", {{"objectclass", "person"},
                                        {"cn", "a"},
                                        {"telephonenumber", "1"},
                                        {"telephonenumber", "2"},
                                        {"telephonenumber", "3"}});
  EXPECT_EQ(attributes(entry), R"({"telephonenumber":["1","2","3"]})");
}

TEST(ImportEntry, BinaryValuesAreNoted) {
  const auto entry = from_ldif(
      "cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"jpegphoto", std::string("\xff\0x", 3)}});
  EXPECT_EQ(attributes(entry), "{}");
  ASSERT_EQ(entry.notes.size(), 1U);
  EXPECT_NE(entry.notes[0].find("jpegphoto"), std::string::npos);
}

TEST(ImportEntry, ValuesThatAreNotUtf8AreNotedAndDoNotCostTheEntry) {
  const auto entry =
      from_ldif("cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"photo", "\xff\xd8\xff\xe0"}});
  EXPECT_EQ(attributes(entry), "{}");
  EXPECT_EQ(entry.notes.size(), 1U);
}

TEST(ImportEntry, NumbersOutOfRangeAreNoNumbers) {
  for (const std::string value :
       {"0", "-1", "4294967296", "99999999999999999999", "12x", "", " 5"}) {
    EXPECT_EQ(from_ldif("cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"uidnumber", value}})
                  .uid_number,
              0)
        << value;
  }
  EXPECT_EQ(from_ldif("cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"uidnumber", "4294967295"}})
                .uid_number,
            4294967295);
}

TEST(ImportEntry, MalformedDnTimeAndUuidDoNotCostTheEntry) {
  const auto entry = from_ldif("no dn", {{"objectclass", "person"},
                                         {"cn", "a"},
                                         {"entryuuid", "no uuid"},
                                         {"createtimestamp", "yesterday"}});
  EXPECT_EQ(entry.kind, Kind::user);
  EXPECT_EQ(entry.dn, "");
  EXPECT_FALSE(entry.fields.contains("uuid"));
  EXPECT_FALSE(entry.fields.contains("date_joined"));
  EXPECT_EQ(entry.notes.size(), 1U);
}

TEST(ImportEntry, LockedAccountIsInactive) {
  const auto entry = from_ldif(
      "cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"pwdaccountlockedtime", "000001010000Z"}});
  EXPECT_FALSE(entry.fields.at("is_active").as_bool());
}

TEST(ImportEntry, HashesThatLoginsVerifyAreKept) {
  for (const std::string stored :
       {"{SSHA}UTKBIqGH8tY/7f8KDcLFHcVkYZ4xMjM0", "{SSHA512}AAAA", "{PBKDF2-SHA256}5$a$b"}) {
    if (core::PasswordHasher::kind(stored) == core::HashKind::unsupported) continue;
    const auto entry =
        from_ldif("cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"userpassword", stored}});
    EXPECT_EQ(text(entry, "password_hash"), stored);
    EXPECT_TRUE(entry.notes.empty());
  }
}

TEST(ImportEntry, UnknownSchemesAreNotedAndNeverTakenForText) {
  for (const std::string stored :
       {"{SASL}anna@REALM", "{WHAT}abc", "$9$abc$def", "pbkdf2_md5$1$a$b"}) {
    const auto entry =
        from_ldif("cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"userpassword", stored}});
    EXPECT_FALSE(entry.fields.contains("password_hash")) << stored;
    EXPECT_EQ(entry.notes.size(), 1U) << stored;
  }
}

TEST(ImportEntry, PasswordInClearIsHashedAtOnce) {
  const auto entry =
      from_ldif("cn=a", {{"objectclass", "person"}, {"cn", "a"}, {"userpassword", "clear"}});
  const std::string stored = text(entry, "password_hash");
  EXPECT_TRUE(stored.starts_with("{SSHA512}"));
  const core::PasswordHasher hasher;
  EXPECT_TRUE(hasher.verify(stored, core::Secret("clear")));
  EXPECT_FALSE(hasher.verify(stored, core::Secret("other")));
}

TEST(ImportEntry, CsvColumns) {
  testing::CountingRandom random;
  const auto entry = entry_from_csv(
      {"UserName", "displayName", "mail", "Groups", "uidNumber", "Phone", "is_active", "extra"},
      {"anna", "Anna", "a@x", "a|b;c|", "5001", "+49", "No"}, 3, random);
  EXPECT_EQ(entry.kind, Kind::user);
  EXPECT_EQ(entry.line, 3U);
  EXPECT_EQ(entry.name, "anna");
  EXPECT_EQ(text(entry, "name"), "Anna");
  EXPECT_EQ(text(entry, "email"), "a@x");
  EXPECT_EQ(entry.group_names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(entry.uid_number, 5001);
  EXPECT_FALSE(entry.fields.at("is_active").as_bool());
  EXPECT_EQ(attributes(entry), R"({"Phone":"+49"})");
}

}  // namespace
}  // namespace postern::app
