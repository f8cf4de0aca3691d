// The root DSE and the subschema entry: RFC 4512 4.2 and 5.1, readable by everyone.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "outpost/ldap/extended.h"
#include "protocols/ldap/oids.h"
#include "protocols/ldap/schema.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

using ldap::Scope;

std::set<std::string> types(const Reply& reply) {
  std::set<std::string> names;
  for (const auto& attribute : reply.attributes) names.insert(attribute.first);
  return names;
}

Reply root(LdapWorld& world, std::vector<std::string_view> attributes,
           std::string_view filter = "(objectClass=*)") {
  const auto replies = world.ask_replies(search(1, {"", Scope::base, filter, attributes}));
  EXPECT_EQ(describe(replies), "1:entry() 1:done(0)") << filter;
  return replies.empty() ? Reply{} : replies.front();
}

const std::set<std::string> kOperational{"highestCommittedUSN",  "namingContexts",
                                         "supportedLDAPVersion", "supportedExtension",
                                         "supportedControl",     "supportedSASLMechanisms",
                                         "supportedFeatures",    "subschemaSubentry",
                                         "vendorName",           "vendorVersion"};

TEST(LdapRootDse, Rfc4512_5_1_AttributesOnlyByNameOrPlus) {
  LdapWorld world;
  EXPECT_EQ(types(root(world, {})), std::set<std::string>{"objectClass"});
  EXPECT_EQ(types(root(world, {"*"})), std::set<std::string>{"objectClass"});
  EXPECT_EQ(types(root(world, {"+"})), kOperational);
  auto all = kOperational;
  all.insert("objectClass");
  EXPECT_EQ(types(root(world, {"*", "+"})), all);
  EXPECT_EQ(types(root(world, {"NAMINGCONTEXTS", "nosuch"})),
            std::set<std::string>{"namingContexts"});
  EXPECT_EQ(types(root(world, {"1.1"})), std::set<std::string>{});
}

TEST(LdapRootDse, Values) {
  LdapWorld world;
  const Reply reply = root(world, {"+"});
  const auto* contexts = reply.find("namingContexts");
  ASSERT_NE(contexts, nullptr);
  EXPECT_EQ(
      std::set<std::string>(contexts->begin(), contexts->end()),
      (std::set<std::string>{"dc=ldap,dc=example", "dc=other", "ou=inner,dc=ldap,dc=example"}));
  EXPECT_EQ(*reply.find("supportedLDAPVersion"), std::vector<std::string>{"3"});
  EXPECT_EQ(*reply.find("subschemaSubentry"), std::vector<std::string>{"cn=subschema"});
  EXPECT_EQ(*reply.find("vendorName"), std::vector<std::string>{"postern"});
}

TEST(LdapRootDse, Rfc4512_5_1_EmptyAttributesAreAbsent) {
  LdapWorld world;
  world.directory.publish({});
  EXPECT_EQ(root(world, {"+"}).find("namingContexts"), nullptr);
  LdapWorld plain(LdapWorld::with_tls(), LdapWorld::remote_peer());
  EXPECT_EQ(root(plain, {"supportedSASLMechanisms"}).attributes.size(), 0U);
}

TEST(LdapRootDse, Rfc4512_5_1_ListsEqualWhatIsDispatched) {
  for (const bool tls : {false, true}) {
    outpost::LdapSettings settings;
    settings.tls_available = tls;
    std::set<std::string> listed;
    {
      LdapWorld world(settings);
      const Reply reply = root(world, {"supportedExtension"});
      const auto* oids = reply.find("supportedExtension");
      ASSERT_NE(oids, nullptr);
      listed.insert(oids->begin(), oids->end());
    }
    for (const std::string_view oid :
         {outpost::kStartTlsOid, outpost::kWhoAmIOid, ldap::oid::kCancel,
          std::string_view("1.3.6.1.4.1.4203.1.11.1"), std::string_view("1.2.3")}) {
      LdapWorld world(settings);
      // Cancel of nothing that runs is 119; what is unknown is 2.
      const bool cancel = oid == ldap::oid::kCancel;
      const std::string_view nothing("\x30\x03\x02\x01\x63", 5);
      const std::string said = world.ask(cancel ? extended(1, oid, nothing) : extended(1, oid));
      const bool served = said == (cancel ? "1:extended(119)" : "1:extended(0)");
      EXPECT_EQ(served, listed.count(std::string(oid)) == 1) << oid;
    }
  }
}

TEST(LdapRootDse, StartTlsIsNotOfferedUnderTls) {
  LdapWorld world(LdapWorld::with_tls(), LdapWorld::remote_peer(true));
  const Reply reply = root(world, {"supportedExtension"});
  const auto* oids = reply.find("supportedExtension");
  ASSERT_NE(oids, nullptr);
  EXPECT_EQ(std::count(oids->begin(), oids->end(), outpost::kStartTlsOid), 0);
  EXPECT_EQ(std::count(oids->begin(), oids->end(), outpost::kWhoAmIOid), 1);
}

TEST(LdapRootDse, FilterIsEvaluated) {
  LdapWorld world;
  root(world, {}, "(objectClass=TOP)");
  root(world, {}, "(&)");
  root(world, {}, "(namingContexts=*)");
  root(world, {}, "(|(nosuch=1)(objectClass=top))");
  root(world, {}, "(vendorName=postern)");
  root(world, {}, "(objectClass:=top)");
  for (const char* filter :
       {"(objectClass=person)", "(|)", "(nosuch=1)", "(!(nosuch=1))", "(cn:1.2.3.4:=x)",
        "(&(objectClass=*)(nosuch=1))", "(vendorName=Postern)", "(namingContexts=dc=other)",
        "(!(objectClass=top))", "(sn=x)"}) {  // N06, N07
    EXPECT_EQ(world.ask(search(1, {"", Scope::base, filter})), "1:done(0)") << filter;
  }
}

TEST(LdapRootDse, Rfc4512_5_1_OnlyByBaseScope) {
  LdapWorld world;
  for (const Scope scope : {Scope::one, Scope::sub, Scope::children}) {
    EXPECT_EQ(world.ask(search(1, {"", scope})), "1:done(32)");
  }
}

TEST(LdapRootDse, TypesOnlyHasNoValues) {
  LdapWorld world;
  const auto replies =
      world.ask_replies(search(1, {"", Scope::base, "(objectClass=*)", {"+"}, 0, 0, true}));
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(types(replies[0]), kOperational);
  for (const auto& attribute : replies[0].attributes) EXPECT_TRUE(attribute.second.empty());
}

TEST(LdapSubschema, Rfc4512_4_2_ReadableInAnyCaseByItsFilter) {
  LdapWorld world;
  for (const char* base : {"cn=subschema", "CN=subSchema", "cn = SUBSCHEMA"}) {  // N21
    EXPECT_EQ(world.ask(search(1, {base, Scope::base, "(objectClass=subschema)"})),
              "1:entry(cn=subschema) 1:done(0)")
        << base;
  }
  EXPECT_EQ(world.ask(search(2, {"cn=subschema", Scope::base, "(objectClass=person)"})),
            "2:done(0)");
  EXPECT_EQ(world.ask(search(3, {"cn=subschema", Scope::one})), "3:done(0)");
  EXPECT_EQ(world.ask(search(4, {"cn=subschema", Scope::sub})), "4:entry(cn=subschema) 4:done(0)");
}

TEST(LdapSubschema, HoldsTheWholeSchemaOnRequest) {
  LdapWorld world;
  const auto plain = world.ask_replies(search(1, {"cn=subschema", Scope::base}));
  ASSERT_EQ(plain.size(), 2U);
  EXPECT_EQ(types(plain[0]), (std::set<std::string>{"objectClass", "cn"}));
  const auto replies = world.ask_replies(search(
      2, {"cn=subschema", Scope::base, "(objectClass=*)", {"attributeTypes", "objectClasses"}}));
  ASSERT_EQ(replies.size(), 2U);
  ASSERT_NE(replies[0].find("attributeTypes"), nullptr);
  EXPECT_EQ(replies[0].find("attributeTypes")->size(), ldap::subschema_attribute_types().size());
  ASSERT_NE(replies[0].find("objectClasses"), nullptr);
  EXPECT_GT(replies[0].find("objectClasses")->size(), 5U);
}

TEST(LdapSubschema, EveryAttributeOfTheVirtualEntriesIsInTheSchema) {
  for (const std::string& name : kOperational) {
    EXPECT_NE(ldap::find_attribute(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace postern::test
