// Bind names by profile: whom a DN, user@domain or DOMAIN\user means at providers of several
// shapes.

#include <gtest/gtest.h>

#include "outpost/ldap/naming.h"

namespace postern::test {
namespace {

core::Catalog catalog_of(std::vector<core::LdapProvider> providers) {
  core::Catalog catalog;
  for (core::LdapProvider& provider : providers) {
    catalog.ldap_providers.push_back(
        std::make_shared<const core::LdapProvider>(std::move(provider)));
  }
  return catalog;
}

core::LdapProvider provider(core::ProviderId pk, const std::string& base, core::DnShape names) {
  core::LdapProvider made;
  made.pk = pk;
  made.name = "p" + std::to_string(pk);
  made.base_dn = base;
  made.names = std::move(names);
  return made;
}

class ProfileNames : public ::testing::Test {
 protected:
  ProfileNames()
      : contexts(
            catalog_of({provider(1, "dc=plain", {}),
                        provider(2, "dc=people,dc=org",
                                 {.user_rdn = "uid", .uid_too = false, .users = "ou=people"}),
                        provider(3, "DC=Corp,DC=Example",
                                 {.uid_too = false, .users = "cn=users", .plain_names = true})}),
            1) {}
  std::string user_of(const std::string& name, core::ProviderId expected) {
    const outpost::BindTarget target = contexts.bind_target(name);
    if (!target.exact) return target.well_formed ? "nobody" : "no name";
    EXPECT_EQ(target.provider, expected) << name;
    return target.username;
  }
  outpost::NamingContexts contexts;
};

TEST_F(ProfileNames, ExactlyTheDnOfTheProfile) {
  EXPECT_EQ(user_of("uid=alice,ou=people,dc=people,dc=org", 2), "alice");
  EXPECT_EQ(user_of("UID=Al\\,ice, OU=People, dc=people,dc=org", 2), "Al,ice");
  EXPECT_EQ(user_of("cn=alice,ou=people,dc=people,dc=org", 2), "nobody");
  EXPECT_EQ(user_of("uid=alice,ou=users,dc=people,dc=org", 2), "nobody");
  EXPECT_EQ(user_of("uid=alice,dc=people,dc=org", 2), "nobody");
  EXPECT_EQ(user_of("cn=alice,CN=Users,dc=corp,dc=example", 3), "alice");
  EXPECT_EQ(user_of("cn=alice,ou=users,dc=corp,dc=example", 3), "nobody");
}

TEST_F(ProfileNames, TheDefaultTakesCnAndUid) {
  EXPECT_EQ(user_of("cn=alice,ou=users,dc=plain", 1), "alice");
  EXPECT_EQ(user_of("uid=alice,ou=users,dc=plain", 1), "alice");
  EXPECT_EQ(user_of("sn=alice,ou=users,dc=plain", 1), "nobody");
}

TEST_F(ProfileNames, PlainNamesOnlyWhereTheProfileSaysSo) {
  EXPECT_EQ(user_of("alice@corp.example", 3), "alice");
  EXPECT_EQ(user_of("alice@CORP.Example", 3), "alice");
  EXPECT_EQ(user_of("CORP\\alice", 3), "alice");
  EXPECT_EQ(user_of("alice@people.org", 0), "no name");
  EXPECT_EQ(user_of("OTHER\\alice", 0), "no name");
  EXPECT_EQ(user_of("@corp.example", 0), "no name");
  EXPECT_EQ(user_of("alice", 0), "no name");
}

TEST(ProfileNamesUnknown, AProviderWithoutAProfileHasNoContext) {
  core::LdapProvider lost = provider(1, "dc=lost", {});
  lost.names.reset();
  const outpost::NamingContexts contexts(catalog_of({lost}), 1);
  EXPECT_TRUE(contexts.all().empty());
}

}  // namespace
}  // namespace postern::test
