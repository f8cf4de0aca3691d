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

bool allows(std::string_view name, std::string_view attribute) {
  const auto ids = attributes_of_class(name);
  const AttributeType* type = find_attribute(attribute);
  return type != nullptr && std::find(ids.begin(), ids.end(), type->id) != ids.end();
}

bool demands(std::string_view name, std::string_view attribute) {
  const ObjectClass* known = find_class(name);
  const AttributeType* type = find_attribute(attribute);
  return known != nullptr && type != nullptr &&
         std::find(known->must.begin(), known->must.end(), type->id) != known->must.end();
}

TEST(LdapSchema, Rfc4519_3_GroupsAndPersonsDemandTheirNames) {
  EXPECT_TRUE(demands("person", "sn") && demands("person", "cn"));
  EXPECT_TRUE(demands("groupOfNames", "member") && demands("groupOfNames", "cn"));
  EXPECT_TRUE(demands("groupOfUniqueNames", "uniqueMember") && demands("groupOfUniqueNames", "cn"));
  EXPECT_EQ(find_class("dcObject")->kind, ClassKind::auxiliary);
  EXPECT_EQ(find_class("uidObject")->kind, ClassKind::auxiliary);
}

TEST(LdapSchema, Rfc2307_2_2_AccountsAndShadow) {
  EXPECT_EQ(find_class("posixAccount")->kind, ClassKind::auxiliary);
  for (const std::string_view name : {"cn", "uid", "uidNumber", "gidNumber", "homeDirectory"})
    EXPECT_TRUE(demands("posixAccount", name)) << name;
  EXPECT_TRUE(demands("shadowAccount", "uid"));
  for (const std::string_view name : {"shadowLastChange", "shadowMin", "shadowMax", "shadowWarning",
                                      "shadowInactive", "shadowExpire", "shadowFlag"}) {
    EXPECT_TRUE(allows("shadowAccount", name)) << name;
    EXPECT_EQ(find_attribute(name)->equality, Rule::integer) << name;
    EXPECT_TRUE(find_attribute(name)->single_value) << name;
  }
}

TEST(LdapSchema, Rfc2307_3_NamesOfMembersAreCaseExact) {
  EXPECT_EQ(find_attribute("memberUid")->equality, Rule::caseExactIA5);
  EXPECT_EQ(find_attribute("homeDirectory")->equality, Rule::caseExactIA5);
  EXPECT_EQ(find_attribute("gecos")->equality, Rule::caseIgnoreIA5);
}

TEST(LdapSchema, Rfc2307bis_4_GroupOfMembersNeedsNoMember) {
  const ObjectClass* group = find_class("groupOfMembers");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->oid, "1.3.6.1.1.1.2.18");
  EXPECT_EQ(group->kind, ClassKind::structural);
  EXPECT_FALSE(demands("groupOfMembers", "member"));
  EXPECT_TRUE(allows("groupOfMembers", "member"));
}

TEST(LdapSchema, Rfc2798_3_InetOrgPerson) {
  for (const std::string_view name : {"audio",
                                      "businessCategory",
                                      "carLicense",
                                      "departmentNumber",
                                      "displayName",
                                      "employeeNumber",
                                      "employeeType",
                                      "givenName",
                                      "homePhone",
                                      "homePostalAddress",
                                      "initials",
                                      "jpegPhoto",
                                      "labeledURI",
                                      "mail",
                                      "manager",
                                      "mobile",
                                      "o",
                                      "pager",
                                      "photo",
                                      "roomNumber",
                                      "secretary",
                                      "uid",
                                      "userCertificate",
                                      "x500UniqueIdentifier",
                                      "preferredLanguage",
                                      "userSMIMECertificate",
                                      "userPKCS12"})
    EXPECT_TRUE(allows("inetOrgPerson", name)) << name;
  EXPECT_EQ(find_attribute("jpegPhoto")->syntax, "1.3.6.1.4.1.1466.115.121.1.28");
}

TEST(LdapSchema, BeheraPasswordPolicy_5_3_OperationalAttributes) {
  for (const std::string_view name :
       {"pwdChangedTime", "pwdAccountLockedTime", "pwdFailureTime", "pwdHistory", "pwdGraceUseTime",
        "pwdReset", "pwdPolicySubentry", "pwdStartTime", "pwdEndTime", "pwdLastSuccess",
        "pwdAccountTmpLockoutEnd"}) {
    ASSERT_NE(find_attribute(name), nullptr) << name;
    EXPECT_TRUE(find_attribute(name)->operational) << name;
  }
  EXPECT_TRUE(find_attribute("pwdChangedTime")->no_user_modification);
  EXPECT_FALSE(find_attribute("pwdAccountLockedTime")->no_user_modification);
  EXPECT_FALSE(find_attribute("pwdReset")->no_user_modification);
}

TEST(LdapSchema, ActiveDirectoryNames) {
  for (const std::string_view name : {"sAMAccountName", "userPrincipalName", "objectGUID",
                                      "userAccountControl", "pwdLastSet", "memberOf"})
    EXPECT_TRUE(allows("user", name)) << name;
  EXPECT_EQ(find_attribute("userAccountControl")->ordering, Rule::integer);
  EXPECT_EQ(find_attribute("objectGUID")->equality, Rule::octetString);
  EXPECT_EQ(find_attribute("memberOf")->oid, "1.2.840.113556.1.2.102");
}

// SSSD asks the root DSE for lastUSN and entries for entryUSN, or for Active Directory's pair.
TEST(LdapSchema, NumbersOfChanges) {
  for (const std::string_view name :
       {"entryUSN", "lastUSN", "uSNChanged", "uSNCreated", "highestCommittedUSN"}) {
    ASSERT_NE(find_attribute(name), nullptr) << name;
    EXPECT_TRUE(find_attribute(name)->operational && find_attribute(name)->single_value) << name;
  }
}

TEST(LdapSchema, OpenSshLpk_KeysAreOctets) {
  EXPECT_TRUE(allows("ldapPublicKey", "sshPublicKey"));
  EXPECT_EQ(find_attribute("sshPublicKey")->equality, Rule::octetString);
  EXPECT_FALSE(find_attribute("sshPublicKey")->single_value);
}

TEST(LdapSchema, Rfc4530_2_1_EntryUuid) {
  const AttributeType* type = find_attribute("entryUUID");
  EXPECT_EQ(type->oid, "1.3.6.1.1.16.4");
  EXPECT_EQ(type->equality, Rule::uuid);
  EXPECT_TRUE(type->operational && type->single_value && type->no_user_modification);
}

}  // namespace
}  // namespace postern::ldap
