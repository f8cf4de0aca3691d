// Persistent search, password policy and its elders, identity and session controls.

#include <gtest/gtest.h>

#include "protocols/ldap/controls.h"
#include "unit/protocols/ldap/octets.h"

namespace postern::ldap {
namespace {

using test::digits;
using test::for_each_prefix;
using test::octets;
using test::OneControl;

TEST(LdapPersistentSearch, Draft03_3_RequestAsClientsSendIt) {
  const auto all = decode_persistent_search(octets("3009 02010f 0101ff 0101ff"));
  ASSERT_TRUE(all.ok());
  for (const ChangeType type :
       {ChangeType::add, ChangeType::remove, ChangeType::modify, ChangeType::rename})
    EXPECT_TRUE(all->wants(type));
  EXPECT_TRUE(all->changes_only);
  EXPECT_TRUE(all->return_notifications);
  const auto adds = decode_persistent_search(octets("3009 020101 010100 010100"));
  ASSERT_TRUE(adds.ok());
  EXPECT_TRUE(adds->wants(ChangeType::add));
  EXPECT_FALSE(adds->wants(ChangeType::rename));
  EXPECT_FALSE(adds->changes_only);
  EXPECT_FALSE(adds->return_notifications);
}

TEST(LdapPersistentSearch, Draft03_3_UnusableValues) {
  EXPECT_FALSE(decode_persistent_search(std::nullopt).ok());
  EXPECT_FALSE(decode_persistent_search(octets("3009 020100 0101ff 0101ff")).ok()) << "no type";
  EXPECT_FALSE(decode_persistent_search(octets("3009 020110 0101ff 0101ff")).ok());
  EXPECT_FALSE(decode_persistent_search(octets("3009 0201ff 0101ff 0101ff")).ok());
  for_each_prefix(octets("3009 02010f 0101ff 0101ff"), [](const std::string& prefix) {
    EXPECT_FALSE(decode_persistent_search(prefix).ok());
  });
}

TEST(LdapPersistentSearch, Draft03_5_EntryChangeNotification) {
  Octets modify;
  append_entry_change(modify, {ChangeType::modify, {}, {}});
  EXPECT_EQ(OneControl(modify).control.oid, oid::kEntryChange);
  EXPECT_EQ(digits(*OneControl(modify).control.value), "30030a0104");
  Octets rename;
  append_entry_change(rename, {ChangeType::rename, "cn=a", std::int64_t{0x123456789a}});
  EXPECT_EQ(digits(*OneControl(rename).control.value), "30100a01080404636e3d610205123456789a");
}

TEST(LdapPasswordPolicy, Behera_6_2_WarningsAndErrors) {
  const auto value = [](const PolicyResponse& response) {
    Octets run;
    append_policy_response(run, response);
    const OneControl one(run);
    EXPECT_EQ(one.control.oid, oid::kPasswordPolicy);
    EXPECT_FALSE(one.control.critical);
    return digits(*one.control.value);
  };
  EXPECT_EQ(value({}), "3000");
  EXPECT_EQ(value({600, {}, {}}),
            "3006"
            "a004"
            "80020258");
  EXPECT_EQ(value({{}, 2, {}}),
            "3005"
            "a003"
            "810102");
  EXPECT_EQ(value({{}, {}, PolicyError::passwordExpired}),
            "3003"
            "810100");
  EXPECT_EQ(value({{}, {}, PolicyError::passwordTooLong}),
            "3003"
            "810109");
  EXPECT_EQ(value({{}, 0, PolicyError::changeAfterReset}),
            "3008"
            "a003"
            "810100"
            "810102");
}

TEST(LdapPasswordPolicy, VchuNetscapeControlsCarryText) {
  Octets expired;
  append_password_expired(expired);
  EXPECT_EQ(OneControl(expired).control.oid, "2.16.840.1.113730.3.4.4");
  EXPECT_EQ(*OneControl(expired).control.value, "0");
  Octets expiring;
  append_password_expiring(expiring, 86400);
  EXPECT_EQ(OneControl(expiring).control.oid, "2.16.840.1.113730.3.4.5");
  EXPECT_EQ(*OneControl(expiring).control.value, "86400");
}

TEST(LdapAuthorizationIdentity, Rfc3829_4_ResponseValueIsTheAuthzIdItself) {
  Octets run;
  append_authorization_identity(run, "dn:cn=ann,ou=users,dc=x");
  const OneControl one(run);
  EXPECT_EQ(one.control.oid, "2.16.840.1.113730.3.4.15");
  EXPECT_EQ(one.control.value, "dn:cn=ann,ou=users,dc=x");
  Octets anonymous;
  append_authorization_identity(anonymous, "");
  EXPECT_EQ(OneControl(anonymous).control.value, "");
}

TEST(LdapSessionTracking, Wahl03_2_RequestAsLdapmodifySendsIt) {
  const std::string value = octets(
      "3032 0409 3132372e302e302e31 0402 766d "
      "041c 312e332e362e312e342e312e32313030382e3130382e36332e312e33 0403 616e6e");
  const auto session = decode_session_tracking(value);
  ASSERT_TRUE(session.ok());
  EXPECT_EQ(session->source_ip, "127.0.0.1");
  EXPECT_EQ(session->source_name, "vm");
  EXPECT_EQ(session->format, "1.3.6.1.4.1.21008.108.63.1.3");
  EXPECT_EQ(session->identifier, "ann");
  for_each_prefix(
      value, [](const std::string& prefix) { EXPECT_FALSE(decode_session_tracking(prefix).ok()); });
}

TEST(LdapSessionTracking, Wahl03_2_LengthsAndFormsAreChecked) {
  const auto value = [](std::string_view ip, std::string_view name, std::string_view format,
                        std::string_view identifier) {
    Octets out;
    const std::size_t fields = ber::open(out, ber::kSequence);
    for (const std::string_view text : {ip, name, format, identifier})
      ber::append_string(out, text);
    ber::close(out, fields);
    return std::string(ber::text_of(OctetPiece(out)));
  };
  EXPECT_TRUE(decode_session_tracking(value("", "", "1.2", "")).ok());
  EXPECT_TRUE(decode_session_tracking(value(std::string(128, '1'), "", "1.2", "")).ok());
  EXPECT_FALSE(decode_session_tracking(value(std::string(129, '1'), "", "1.2", "")).ok());
  EXPECT_FALSE(decode_session_tracking(value("", std::string(65537, 'n'), "1.2", "")).ok());
  EXPECT_FALSE(decode_session_tracking(value("", "", "name", "")).ok());
  EXPECT_FALSE(decode_session_tracking(value("", "", "1.2", "\xff")).ok());
}

}  // namespace
}  // namespace postern::ldap
