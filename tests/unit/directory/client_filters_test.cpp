// The filters that clients really send, each with what it must find: those of the threads named, of
// lldap's application guides, and of pfSense, with our tree's names filled in.

#include <boost/json/parse.hpp>

#include "directory_world.h"

namespace postern::test {
namespace {

using Values = std::vector<std::string>;

struct Asked {
  const char* source;
  std::string filter;
  Values found;  // names in the tree: "alice" = a user, "#staff" = a group
};

class ClientFilters : public ::testing::Test {
 protected:
  void SetUp() override {
    world.store.put_group(make_group(1, "users"));
    world.store.put_group(make_group(2, "admins", {1}));
    world.store.put_group(make_group(3, "friends"));
    world.store.put_group(make_group(4, "admiral"));
    core::StoredUser alice = make_user(1, "alice", {1, 2});
    alice.name = "Alice Adams";
    alice.email = "alice@example.org";
    alice.attributes =
        boost::json::parse(
            R"({"mailAlias":["a@example.org"],"is-unix-user":1,"unix-username":"alice"})")
            .as_object();
    world.store.put_user(alice);
    core::StoredUser adam = make_user(2, "adam", {1});
    adam.name = "Adam Admiraal";
    adam.email = "adm@example.org";
    world.store.put_user(adam);
    core::StoredUser bob = make_user(3, "bob", {3});
    bob.name = "Bob Stone";
    bob.email = "bob@example.net";
    bob.attributes = boost::json::parse(R"({"userAccountControl":514})").as_object();
    world.store.put_user(bob);
    world.store.put_user(make_user(4, "admin"));
    world.open();
  }
  // Virtual groups are left out: each user has one of its name.
  Values names(const std::string& filter) {
    Values out;
    for (const std::string& dn : world.search({.filter = filter, .attributes = {"1.1"}}).dns()) {
      if (dn.find(",ou=users,") != std::string::npos) {
        out.push_back(dn.substr(3, dn.find(',') - 3));
      } else if (dn.find(",ou=groups,") != std::string::npos) {
        out.push_back("#" + dn.substr(3, dn.find(',') - 3));
      }
    }
    return out;
  }
  void expect(const std::vector<Asked>& table) {
    for (const Asked& asked : table) {
      EXPECT_EQ(names(asked.filter), asked.found) << asked.source << ": " << asked.filter;
    }
  }
  static std::string group(const std::string& name) {
    return "cn=" + name + ",ou=groups,dc=example,dc=org";
  }
  static std::string user(const std::string& name) {
    return "cn=" + name + ",ou=users,dc=example,dc=org";
  }
  World world;
};

TEST_F(ClientFilters, OfThreadsAboutWrongResults) {
  const Values users{"alice", "adam", "bob", "admin"};
  const Values groups{"#users", "#admins", "#friends", "#admiral"};
  Values both = users;
  both.insert(both.end(), groups.begin(), groups.end());
  expect({
      {"ak#7835",
       "(|(&(objectclass=user)(uid=adm*))(&(objectclass=group)(cn=adm*))(&(objectclass=user)(mail="
       "adm*))(&(objectclass=group)(uid=adm*))(&(objectclass=user)(sn=adm*)))",
       {"adam", "admin", "#admins", "#admiral"}},
      {"ak#17956", "(|(objectClass=posixGroup)(objectClass=posixAccount))", both},
      {"ak#17956", "(|(objectClass=posixAccount)(objectClass=posixGroup))", both},
      {"ak#11880", "(&(objectClass=posixAccount)(sAMAccountName=alice))", {"alice"}},
      {"ak#11880",
       "(&(|(objectClass=posixAccount)(objectClass=posixGroup))(sAMAccountName=alice))",
       {"alice"}},
      {"ak#11880",
       "(|(&(objectClass=posixGroup)(sAMAccountName=users))(&(objectClass=posixAccount)("
       "sAMAccountName=alice)))",
       {"alice", "#users"}},
      {"ak#11880",
       "(|(&(objectClass=posixAccount)(sAMAccountName=alice))(&(objectClass=posixGroup)("
       "sAMAccountName=users)))",
       {"alice", "#users"}},
      {"ak#14256", "(&(|(objectClass=posixAccount)(objectClass=posixGroup))(cn=bob))", {"bob"}},
      {"ak#6834",
       "(|(objectClass=inetOrgPerson)(objectClass=person)(objectClass=simpleSecurityObject))",
       users},
      {"ak#2756", "(&(cn=alice)(objectClass=inetOrgPerson))", {"alice"}},
      {"ak#2355", "(&(objectclass=group)(member=" + user("bob") + "))", {"#friends"}},
      {"ak#12912, ak#13540: a group that is not there", "(memberOf=" + group("gone") + ")", {}},
      {"ak#13540: another case", "(MEMBEROF=CN=Friends,OU=Groups,DC=Example,DC=Org)", {"bob"}},
      {"ak#17960, SSSD", "(&(objectClass=user)(ak-active=TRUE)(cn=bob))", {"bob"}},
      {"lldap#1485, Keycloak",
       "(&(|(uid=zz*)(mail=zz*)(givenName=zz*)(sn=zz*))(objectclass=person))",
       {}},
      {"lldap#1485, Keycloak",
       "(&(|(uid=bob*)(mail=bob*)(givenName=bob*)(sn=bob*))(objectclass=person))",
       {"bob"}},
      {"lldap#432, Rancher",
       "(&(objectClass=inetOrgPerson)(|(uid=ali*)(sn=ali*)(givenName=ali*)))",
       {"alice"}},
      {"lldap#1327, OpenCloud: a substring of a UUID cannot be told",
       "(&(&(objectclass=groupOfUniqueNames)(uid=opencloud-*))(objectClass=groupOfUniqueNames)(|("
       "cn=*Sha*)(entryUUID=*Sha*)))",
       {}},
      {"lldap#1327",
       "(&(objectClass=groupOfUniqueNames)(|(cn=*rie*)(entryUUID=*rie*)))",
       {"#friends"}},
  });
}

TEST_F(ClientFilters, OfApplicationGuides) {
  const Values users{"alice", "adam", "bob", "admin"};
  const Values groups{"#users", "#admins", "#friends", "#admiral"};
  const std::string in_users = "(memberOf=" + group("users") + ")";
  const std::string in_admins = "(memberof=" + group("admins") + ")";
  expect({
      {"nextcloud", "(&(objectclass=person)(uid=alice))", {"alice"}},
      {"nextcloud", "(&(objectclass=person)" + in_users + ")", {"alice", "adam"}},
      {"nextcloud", "(&(objectclass=groupOfUniqueNames)(|(cn=friends)(cn=family)))", {"#friends"}},
      {"jellyfin", "(memberof=" + group("friends") + ")", {"bob"}},
      {"jellyfin", "(&(objectClass=person)(uid=*))", users},
      {"gitea", "(&(objectClass=person)(|(uid=bob@example.net)(mail=bob@example.net)))", {"bob"}},
      {"gitea", "(&" + in_admins + "(|(uid=alice)(mail=alice)))", {"alice"}},
      {"gitlab", "(&(objectclass=person)" + in_admins + ")", {"alice"}},
      {"grafana", "(&(uid=adam)" + in_users + ")", {"adam"}},
      {"authelia", "(&(|(uid=adam)(mail=adam))(objectClass=person))", {"adam"}},
      {"authentik, mailcow, pocket-id, open-webui", "(objectClass=person)", users},
      {"mailcow", "(objectclass=inetOrgPerson)", users},
      {"dokuwiki", "(&(uid=alice)(objectClass=person))", {"alice"}},
      {"dokuwiki, vault",
       "(&(member=" + user("alice") + ")(objectClass=groupOfUniqueNames))",
       {"#users", "#admins"}},
      {"dex", "(&(objectClass=groupOfUniqueNames)(member=" + user("bob") + "))", {"#friends"}},
      {"harbor",
       "(&(objectClass=groupOfUniqueNames)(!(objectClass=goauthentik.io/ldap/virtual-group)))",
       groups},
      {"pocket-id", "(&(objectClass=groupOfNames)(cn=admi*))", {"#admins", "#admiral"}},
      {"mailserver", "(&(objectClass=inetOrgPerson)(|(uid=alice)(mail=alice)))", {"alice"}},
      {"mailserver", "(&(objectClass=groupOfUniqueNames)(|(uid=users)(cn=users)))", {"#users"}},
      {"mailserver",
       "(|(mail=*@example.net)(mailAlias=*@example.net)(mailGroupMember=*@example.net))",
       {"bob"}},
      {"mailserver",
       "(|(mail=*@example.org)(mailAlias=*@example.org)(mailGroupMember=*@example.org))",
       {"alice", "adam"}},
      {"minio", "(&(uid=alice)" + in_admins + ")", {"alice"}},
      {"minio, peertube", "(member=" + user("adam") + ")", {"#users"}},
      {"pam/nslcd", "(&(objectClass=posixAccount)(is-unix-user=1))", {"alice"}},
      {"pam/nslcd", "(&(objectClass=groupOfUniqueNames)(is-unix-group=1))", {}},
      {"pam/nslcd",
       "(&(objectClass=posixAccount)(is-unix-user=1)(unix-username=alice)" + in_users + ")",
       {"alice"}},
      {"metabase",
       "(&(objectClass=inetOrgPerson)(|(uid=adam)(mail=adam))" + in_users + ")",
       {"adam"}},
      {"onedev",
       "(&(uniqueMember=" + user("adam") + ")(objectclass=groupOfUniqueNames))",
       {"#users"}},
      {"kanboard", "(&(uid=bob)" + in_users + ")", {}},
      {"jenkins", "(&(cn=admins)(objectclass=groupOfNames))", {"#admins"}},
      {"kasm", "(&(objectClass=person)(uid=alice)" + in_admins + ")", {"alice"}},
      {"kasm", "(&(objectClass=groupOfUniqueNames)(member=" + user("adam") + "))", {"#users"}},
      {"peertube", "(|(mail=bob@example.net)(uid=bob@example.net))", {"bob"}},
      {"penpot", "(&(|(uid=alice)(mail=alice))" + in_users + ")", {"alice"}},
      {"calibre-web", "(&(objectclass=groupOfUniqueNames)(cn=users))", {"#users"}},
      {"stalwart",
       "(&(|(objectClass=person)(member=" + group("admins") + "))(mail=alice@example.org))",
       {"alice"}},
      {"stalwart",
       "(&(objectclass=person)(|(mail=a@example.org)(mailAlias=a@example.org)(mailAlias2=x)))",
       {"alice"}},
      {"squid", "(&" + in_users + "(uid=alice))", {"alice"}},
      {"squid, nexus: a DN that names nothing",
       "(&(memberOf=uid=users,ou=groups,dc=example,dc=org)(uid=alice))",
       {}},
      {"vaultwarden", "(&(objectClass=*)" + in_users + "(uid=*))", {"alice", "adam", "#admins"}},
      {"wikijs", "(&" + in_users + "(|(uid=adam)(mail=adam))(objectClass=person))", {"adam"}},
      {"proxmox",
       "(&(objectClass=person)(|" + in_users + "(memberof=" + group("friends") + ")))",
       {"alice", "adam", "bob"}},
      {"proxmox", "(&(objectClass=groupofnames)(|(cn=users)(cn=admins)))", {"#users", "#admins"}},
      {"zulip", "(objectClass=GroupOfUniqueNames)", groups},
      {"opnsense", "(&(uid=alice)(&(objectClass=person)" + in_admins + "))", {"alice"}},
      {"pfsense, extended query",
       "(&(uid=alice)(&(objectClass=person)(|" + in_admins + "(memberof=" + group("friends") +
           "))))",
       {"alice"}},
  });
}

TEST_F(ClientFilters, Ak6190_pfSenseListsGroupsOneLevelWithAttributes) {
  const Found found = world.search({.filter = "(objectClass=group)",
                                    .base = "ou=groups,dc=example,dc=org",
                                    .scope = ldap::Scope::one,
                                    .attributes = {"dn", "member"}});
  ASSERT_EQ(found.entries.size(), 4U);
  EXPECT_EQ(found.entries[2].of("member"), Values{user("bob")});
}

TEST_F(ClientFilters, OfClientsShapedForActiveDirectory) {
  expect({
      {"GitLab, Nextcloud",
       "(&(objectClass=user)(userAccountControl:1.2.840.113556.1.4.803:=2))",
       {"bob"}},
      {"no account without the attribute is disabled",
       "(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))",
       {"alice", "adam", "admin"}},
      {"any of the bits", "(userAccountControl:1.2.840.113556.1.4.804:=3)", {"bob"}},
      {"none of the bits", "(userAccountControl:1.2.840.113556.1.4.804:=5)", {}},
      {"Nextcloud, ownCloud",
       "(&(objectClass=user)(memberOf:1.2.840.113556.1.4.1941:=" + group("users") + "))",
       {"alice", "adam"}},
      {"GitLab, OpenNebula",
       "(member:1.2.840.113556.1.4.1941:=" + user("alice") + ")",
       {"#users", "#admins"}},
      {"uniqueMember", "(uniqueMember:1.2.840.113556.1.4.1941:=" + user("bob") + ")", {"#friends"}},
  });
  const auto base = [this](const std::string& dn, const std::string& filter) {
    return world.search({.filter = filter, .base = dn, .scope = ldap::Scope::base}).entries.size();
  };
  EXPECT_EQ(base(user("alice"), "(memberOf:1.2.840.113556.1.4.1941:=" + group("users") + ")"), 1U);
  EXPECT_EQ(base(user("bob"), "(memberOf:1.2.840.113556.1.4.1941:=" + group("users") + ")"), 0U);
}

}  // namespace
}  // namespace postern::test
