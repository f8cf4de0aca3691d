#include "protocols/ldap/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace postern::ldap {
namespace {

TEST(LdapSchema, Rfc4512_7_1_NamesAndOidsInAnyCase) {
  const AttributeType* cn = find_attribute("COMMONNAME");
  ASSERT_NE(cn, nullptr);
  EXPECT_EQ(cn, find_attribute("2.5.4.3"));
  EXPECT_EQ(cn, find_attribute("Cn"));
  EXPECT_EQ(cn->name, "cn");
  EXPECT_EQ(find_attribute("memberof")->name, "memberOf");
  EXPECT_EQ(find_attribute("samaccountname")->lower, "samaccountname");
  EXPECT_EQ(find_attribute("goauthentik.io/ldap/active")->name, "ak-active");
  EXPECT_EQ(find_attribute("nothing"), nullptr);
  EXPECT_EQ(find_attribute(""), nullptr);
}

TEST(LdapSchema, Rfc4512_2_5_AnOptionMakesItUnknown) {
  EXPECT_EQ(find_attribute("cn;lang-de"), nullptr);
}

TEST(LdapSchema, IdsAreDense) {
  for (std::size_t i = 0; i < attribute_count(); ++i) {
    const AttributeType& type = attribute(static_cast<AttributeId>(i));
    EXPECT_EQ(type.id, i);
    EXPECT_EQ(find_attribute(type.name), &type);
    EXPECT_EQ(find_attribute(type.oid), &type);
    EXPECT_FALSE(type.syntax.empty()) << type.name;
  }
}

TEST(LdapSchema, NamesAreUnique) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < attribute_count(); ++i) {
    EXPECT_TRUE(seen.insert(attribute(static_cast<AttributeId>(i)).lower).second);
    EXPECT_TRUE(seen.insert(attribute(static_cast<AttributeId>(i)).oid).second);
  }
  for (const ObjectClass& known : object_classes())
    EXPECT_TRUE(seen.insert(known.oid).second) << known.name;
}

TEST(LdapSchema, RulesAreInherited) {
  EXPECT_EQ(find_attribute("cn")->equality, Rule::caseIgnore);
  EXPECT_EQ(find_attribute("cn")->substrings, Rule::caseIgnore);
  EXPECT_EQ(find_attribute("member")->equality, Rule::distinguishedName);
  EXPECT_EQ(find_attribute("member")->syntax, find_attribute("distinguishedName")->syntax);
  EXPECT_EQ(find_attribute("mail")->equality, Rule::caseIgnoreIA5);
  EXPECT_EQ(find_attribute("mail")->syntax, "1.3.6.1.4.1.1466.115.121.1.26");
  EXPECT_EQ(find_attribute("uidNumber")->ordering, Rule::integer);
  EXPECT_EQ(find_attribute("entryUUID")->equality, Rule::uuid);
  EXPECT_EQ(find_attribute("homeDirectory")->equality, Rule::caseExactIA5);  // 2307-03
  EXPECT_EQ(find_attribute("objectClass")->equality, Rule::objectIdentifier);
  EXPECT_FALSE(find_attribute("sn")->single_value);
  EXPECT_TRUE(find_attribute("c")->single_value);
}

TEST(LdapSchema, Rfc4512_3_4_OperationalAttributes) {
  for (const std::string_view name :
       {"entryUUID", "createTimestamp", "modifyTimestamp", "structuralObjectClass",
        "subschemaSubentry", "entryDN", "hasSubordinates"}) {
    EXPECT_TRUE(find_attribute(name)->operational) << name;
    EXPECT_TRUE(find_attribute(name)->no_user_modification) << name;
  }
  EXPECT_FALSE(find_attribute("memberOf")->operational);
  EXPECT_FALSE(find_attribute("objectClass")->operational);
}

TEST(LdapSchema, Rfc4512_2_5_3_Subtypes) {
  const auto names = subtypes_of("name");
  const auto has = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), find_attribute(name)->id) != names.end();
  };
  EXPECT_TRUE(has("name") && has("cn") && has("sn") && has("givenName") && has("ou") &&
              has("title"));
  EXPECT_FALSE(has("uid"));
  EXPECT_EQ(subtypes_of("uid").size(), 1U);
  EXPECT_TRUE(subtypes_of("nothing").empty());
}

TEST(LdapSchema, Classes) {
  const ObjectClass* person = find_class("INETORGPERSON");
  ASSERT_NE(person, nullptr);
  EXPECT_EQ(person->kind, ClassKind::structural);
  EXPECT_EQ(person->superiors.at(0), find_class("2.5.6.7"));
  EXPECT_EQ(find_class("posixGroup")->kind, ClassKind::auxiliary);  // 2307bis-01
  EXPECT_EQ(find_class("posixGroup")->must.size(), 1U);
  EXPECT_NE(find_class("goauthentik.io/ldap/virtual-group"), nullptr);
  EXPECT_NE(find_class("subSchema"), nullptr);
  EXPECT_EQ(find_class("alias"), nullptr);  // 4512-08
}

TEST(LdapSchema, Rfc4529_3_AttributesOfAClassAreInherited) {
  const auto ids = attributes_of_class("inetOrgPerson");
  for (const std::string_view name : {"mail", "sn", "title", "objectClass"})
    EXPECT_NE(std::find(ids.begin(), ids.end(), find_attribute(name)->id), ids.end()) << name;
  EXPECT_TRUE(attributes_of_class("nothing").empty());
  EXPECT_NE(schema_version(), 0U);
}

}  // namespace
}  // namespace postern::ldap
