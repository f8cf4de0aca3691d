#include "protocols/ldap/schema_extension.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace postern::ldap {
namespace {

SchemaExtension made(const std::vector<CustomAttribute>& attributes) {
  auto result = SchemaExtension::make(attributes);
  EXPECT_TRUE(result.ok());
  return std::move(result).value();
}

SchemaExtension one_of_each() {
  return made({{"badgeColour", CustomKind::string, true},
               {"deskNumber", CustomKind::integer, false},
               {"onSite", CustomKind::boolean, false},
               {"fingerprint", CustomKind::binary, true},
               {"hiredAt", CustomKind::timestamp, false}});
}

TEST(LdapSchemaExtension, Rfc4512_7_1_NamesAndOidsInAnyCase) {
  const SchemaExtension extension = one_of_each();
  const AttributeType* type = extension.find("BADGECOLOUR");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->name, "badgeColour");
  EXPECT_EQ(type->lower, "badgecolour");
  EXPECT_EQ(extension.find(type->oid), type);
  EXPECT_EQ(extension.find("badgeColour;lang-de"), nullptr);
  EXPECT_EQ(extension.find("cn"), nullptr);
  EXPECT_EQ(find_attribute("cn", extension), find_attribute("cn"));
  EXPECT_EQ(find_attribute("badgecolour", extension), type);
  EXPECT_EQ(find_attribute("nobody", extension), nullptr);
}

TEST(LdapSchemaExtension, KindsDecideSyntaxAndRules) {
  const SchemaExtension extension = one_of_each();
  EXPECT_EQ(extension.find("badgeColour")->substrings, Rule::caseIgnore);
  EXPECT_FALSE(extension.find("badgeColour")->single_value);
  EXPECT_EQ(extension.find("deskNumber")->ordering, Rule::integer);
  EXPECT_TRUE(extension.find("deskNumber")->single_value);
  EXPECT_EQ(extension.find("onSite")->equality, Rule::boolean);
  EXPECT_EQ(extension.find("onSite")->ordering, Rule::none);
  EXPECT_EQ(extension.find("fingerprint")->equality, Rule::octetString);
  EXPECT_EQ(extension.find("hiredAt")->ordering, Rule::generalizedTime);
  for (const AttributeType& type : extension.types()) {
    EXPECT_EQ(type.id, kNoAttribute);
    EXPECT_FALSE(type.operational);
  }
}

TEST(LdapSchemaExtension, KindsHaveWords) {
  EXPECT_EQ(custom_kind("string"), CustomKind::string);
  EXPECT_EQ(custom_kind("integer"), CustomKind::integer);
  EXPECT_EQ(custom_kind("boolean"), CustomKind::boolean);
  EXPECT_EQ(custom_kind("binary"), CustomKind::binary);
  EXPECT_EQ(custom_kind("timestamp"), CustomKind::timestamp);
  EXPECT_EQ(custom_kind("String"), std::nullopt);
}

TEST(LdapSchemaExtension, OidsAreStableAndDistinct) {
  const SchemaExtension extension = made({{"aB", CustomKind::string, false}});
  EXPECT_TRUE(extension.find("ab")->oid.ends_with(".3.97.98")) << extension.find("ab")->oid;
  EXPECT_TRUE(extension.find("ab")->oid.starts_with("2.25."));
}

TEST(LdapSchemaExtension, Rfc4512_1_4_NamesAreKeystrings) {
  for (const std::string_view bad : {"", "1a", "-a", "a b", "a_b", "a;b", "a.b", "\xc3\xa4"}) {
    const auto result = SchemaExtension::make(
        {{"fine", CustomKind::string, false}, {std::string(bad), CustomKind::string, false}});
    ASSERT_FALSE(result.ok()) << bad;
    EXPECT_EQ(result.error().offset, 1U);
  }
  EXPECT_FALSE(
      SchemaExtension::make({{std::string(kMaxCustomName + 1, 'a'), CustomKind::string, false}})
          .ok());
}

TEST(LdapSchemaExtension, NamesAreTakenOnce) {
  EXPECT_FALSE(SchemaExtension::make({{"surname", CustomKind::string, false}}).ok());
  EXPECT_FALSE(SchemaExtension::make({{"MemberOf", CustomKind::string, false}}).ok());
  EXPECT_FALSE(SchemaExtension::make(
                   {{"abc", CustomKind::string, false}, {"ABC", CustomKind::integer, false}})
                   .ok());
}

TEST(LdapSchemaExtension, SurvivesAMoveAndManyNames) {
  std::vector<CustomAttribute> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back({"custom" + std::to_string(i), CustomKind::integer, false});
  SchemaExtension first = made(many);
  const SchemaExtension second = std::move(first);
  for (const CustomAttribute& attribute : many) {
    const AttributeType* type = second.find(attribute.name);
    ASSERT_NE(type, nullptr) << attribute.name;
    EXPECT_EQ(type->name, attribute.name);
  }
  EXPECT_EQ(SchemaExtension().find("custom1"), nullptr);
}

bool holds(const std::vector<std::string>& list, std::string_view part) {
  return std::any_of(list.begin(), list.end(), [part](const std::string& text) {
    return text.find(part) != std::string::npos;
  });
}

TEST(LdapSchemaExtension, Rfc4512_4_2_PublishedBesideTheBuiltInOnes) {
  const SchemaExtension extension = one_of_each();
  const auto types = subschema_attribute_types(extension);
  EXPECT_EQ(types.size(), subschema_attribute_types().size() + 5);
  EXPECT_TRUE(holds(types,
                    "NAME 'badgeColour' EQUALITY caseIgnoreMatch ORDERING caseIgnoreOrderingMatch "
                    "SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"));
  EXPECT_TRUE(holds(types,
                    "NAME 'deskNumber' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX "
                    "1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )"));
  EXPECT_TRUE(holds(types, "NAME 'onSite' EQUALITY booleanMatch SYNTAX"));
  const auto classes = subschema_object_classes(extension);
  EXPECT_TRUE(holds(classes,
                    "NAME 'posternCustomAttributes' SUP top AUXILIARY MAY ( badgeColour $ "
                    "deskNumber $ onSite $ fingerprint $ hiredAt ) )"));
  EXPECT_TRUE(holds(subschema_matching_rule_use(extension), "$ hiredAt"));
  EXPECT_EQ(subschema_object_classes(SchemaExtension()).size(), subschema_object_classes().size());
}

TEST(LdapSchemaExtension, Rfc2307_4_PosixGroupInEitherForm) {
  const auto bis = subschema_object_classes(SchemaExtension());
  EXPECT_TRUE(holds(bis, "NAME 'posixGroup' SUP top AUXILIARY MUST gidNumber MAY"));
  const auto result = SchemaExtension::make({}, PosixGroup::structural);
  ASSERT_TRUE(result.ok());
  const auto old = subschema_object_classes(*result);
  EXPECT_TRUE(holds(old,
                    "( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top STRUCTURAL MUST ( cn $ gidNumber "
                    ") MAY ( userPassword $ memberUid $ description ) )"));
  EXPECT_FALSE(holds(old, "NAME 'posixGroup' SUP top AUXILIARY"));
  EXPECT_EQ(old.size(), bis.size());
}

}  // namespace
}  // namespace postern::ldap
