#include "outpost/ldap/update_image.h"

#include <gtest/gtest.h>

#include "outpost/ldap/update_user.h"
#include "outpost/ldap/update_values.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;
using Kind = ldap::Modification::Kind;

ResultCode apply(EntryImage& image, Kind kind, std::string_view type,
                 std::vector<std::string_view> values, bool permissive = false) {
  const MaybeFault bad = image.apply({kind, {type, std::move(values)}}, permissive);
  return bad ? bad->code : ResultCode::success;
}

std::vector<std::string> values(const EntryImage& image, std::string_view name) {
  const auto* found = image.find(name);
  return found == nullptr ? std::vector<std::string>() : found->values;
}

using Texts = std::vector<std::string>;

TEST(LdapModify, Rfc4511_4_6_ValuesAreComparedByTheRuleOfTheType) {
  EntryImage image;
  image.load("title", {"Chief  of Staff"});
  EXPECT_EQ(apply(image, Kind::add, "TITLE", {"chief of STAFF"}),
            ResultCode::attributeOrValueExists);
  EXPECT_EQ(apply(image, Kind::remove, "title", {"chief of staff"}), ResultCode::success);
  EXPECT_EQ(image.find("title"), nullptr);
}

TEST(LdapModify, Rfc4511_4_6_CodesOfAbsentAndPresent) {
  EntryImage image;
  image.load("title", {"a"});
  EXPECT_EQ(apply(image, Kind::remove, "title", {"b"}), ResultCode::noSuchAttribute);
  EXPECT_EQ(apply(image, Kind::remove, "mobile", {}), ResultCode::noSuchAttribute);
  EXPECT_EQ(apply(image, Kind::replace, "mobile", {}), ResultCode::success);
  EXPECT_EQ(apply(image, Kind::replace, "title", {"x", "X"}), ResultCode::attributeOrValueExists);
  EXPECT_EQ(apply(image, Kind::add, "uidNumber", {"many"}), ResultCode::invalidAttributeSyntax);
}

TEST(LdapModify, PermissiveForgivesBoth) {
  EntryImage image;
  image.load("title", {"a"});
  EXPECT_EQ(apply(image, Kind::add, "title", {"a", "b"}, true), ResultCode::success);
  EXPECT_EQ(apply(image, Kind::remove, "title", {"c", "a"}, true), ResultCode::success);
  EXPECT_EQ(values(image, "title"), Texts{"b"});
}

TEST(LdapModify, Rfc4525_2_IncrementAddsToEveryValueAndFailsOnWhatIsNone) {
  EntryImage image;
  image.load("uidNumber", {"41"});
  EXPECT_EQ(apply(image, Kind::increment, "uidNumber", {"1"}), ResultCode::success);
  EXPECT_EQ(values(image, "uidNumber"), Texts{"42"});
  EXPECT_EQ(apply(image, Kind::increment, "uidNumber", {"-2"}), ResultCode::success);
  EXPECT_EQ(values(image, "uidNumber"), Texts{"40"});
  EXPECT_EQ(apply(image, Kind::increment, "uidNumber", {"9223372036854775807"}),
            ResultCode::constraintViolation);
  EXPECT_EQ(apply(image, Kind::increment, "gidNumber", {"1"}), ResultCode::noSuchAttribute);
  image.load("title", {"x"});
  EXPECT_EQ(apply(image, Kind::increment, "title", {"1"}), ResultCode::constraintViolation);
}

core::Object stored() {
  return {{"pk", 5},
          {"username", "anna"},
          {"name", "Anna Arbor"},
          {"email", "anna@example.org"},
          {"is_active", true},
          {"password_must_change", false},
          {"uid_number", 2001},
          {"gid_number", 2001},
          {"attributes", {{"description", "old"}, {"employee.number", 7}, {"nested", {{"a", 1}}}}}};
}

TEST(LdapModifyUser, WhatIsNotTouchedIsNotWritten) {
  const core::Object user = stored();
  EntryImage image = user_image(user, "cn");
  ASSERT_EQ(apply(image, Kind::replace, "description", {"new", "newer"}), ResultCode::success);
  core::Object fields;
  ASSERT_FALSE(user_fields(image, &user, "anna", "cn", fields));
  EXPECT_EQ(fields.size(), 1U);
  const auto& attributes = fields.at("attributes").as_object();
  EXPECT_EQ(attributes.at("description"), (boost::json::array{"new", "newer"}));
  EXPECT_EQ(attributes.at("employee.number"), 7);
  EXPECT_TRUE(attributes.contains("nested"));
}

TEST(LdapModifyUser, AChangeOfAStoredKeyKeepsItsSpelling) {
  const core::Object user = stored();
  EntryImage image = user_image(user, "cn");
  ASSERT_EQ(apply(image, Kind::replace, "employeeNumber", {"8"}), ResultCode::success);
  core::Object fields;
  ASSERT_FALSE(user_fields(image, &user, "anna", "cn", fields));
  EXPECT_EQ(fields.at("attributes").as_object().at("employee.number"), "8");
  EXPECT_FALSE(fields.at("attributes").as_object().contains("employeeNumber"));
}

TEST(LdapModifyUser, Rfc4511_4_6_TheNameInTheRdnStays) {
  const core::Object user = stored();
  for (const auto& [attribute, code] :
       {std::pair{"cn", ResultCode::notAllowedOnRDN}, {"uid", ResultCode::constraintViolation}}) {
    EntryImage image = user_image(user, "cn");
    ASSERT_EQ(apply(image, Kind::replace, attribute, {"berta"}), ResultCode::success);
    core::Object fields;
    const MaybeFault bad = user_fields(image, &user, "anna", "cn", fields);
    ASSERT_TRUE(bad);
    EXPECT_EQ(bad->code, code);
  }
}

TEST(LdapAddUser, TheNameFollowsFromItsParts) {
  EntryImage image;
  apply(image, Kind::add, "sn", {"Arbor"});
  apply(image, Kind::add, "givenName", {"Anna"});
  core::Object fields;
  ASSERT_FALSE(user_fields(image, nullptr, "anna", "cn", fields));
  EXPECT_EQ(fields.at("name"), "Anna Arbor");
  // The directory would show the whole name as sn, so the given one is kept; givenName follows.
  EXPECT_EQ(fields.at("attributes").as_object().at("sn"), "Arbor");
  EXPECT_FALSE(fields.at("attributes").as_object().contains("givenName"));
}

TEST(LdapModifyUser, WhatMayNotBeNamed) {
  const boost::json::object none;
  for (const auto& [attribute, code] : {std::pair{"memberOf", ResultCode::constraintViolation},
                                        {"entryUUID", ResultCode::constraintViolation},
                                        {"noSuch", ResultCode::undefinedAttributeType},
                                        {"sambaNTPassword", ResultCode::unwillingToPerform}}) {
    const MaybeFault bad = check_attribute(attribute, false, none);
    ASSERT_TRUE(bad) << attribute;
    EXPECT_EQ(bad->code, code) << attribute;
  }
  EXPECT_FALSE(check_attribute("title", false, none));
  EXPECT_FALSE(check_attribute("shoe-size", false, {{"shoe-size", "44"}}));
}

TEST(LdapUpdateValues, Rfc4648_4_Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64(std::string_view("\xff\xd8\xff\x00", 4)), "/9j/AA==");
}

}  // namespace
}  // namespace postern::outpost
