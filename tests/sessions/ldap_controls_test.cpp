// Controls of requests: criticality, fit, duplicates, values, and that the root DSE lists what is
// implemented. RFC 4511 4.1.11, RFC 4512 5.1.3, RFC 3296, RFC 3672.

#include <gtest/gtest.h>

#include <set>

#include "outpost/ldap/request_controls.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

using ldap::Scope;

constexpr std::string_view kUnknown = "1.2.3.4";
constexpr std::string_view kManageDsaIt = "2.16.840.1.113730.3.4.2";
constexpr std::string_view kDomainScope = "1.2.840.113556.1.4.1339";
constexpr std::string_view kSubentries = "1.3.6.1.4.1.4203.1.10.1";
constexpr std::string_view kFalse{"\x01\x01\x00", 3};

class LdapControls : public testing::Test {
 protected:
  LdapControls() { world.ask(bind(1, kAlice, "app-alice")); }
  std::string ask(std::string_view oid, bool critical, std::optional<std::string_view> value = {}) {
    return world.ask(with_control(search(2), oid, critical, value));
  }
  LdapWorld world;
  static constexpr const char* kPerformed = "2:entry(cn=u7,ou=p1) 2:done(0)";
};

TEST_F(LdapControls, Rfc4511_4_1_11_CriticalUnknownIs12) {
  EXPECT_EQ(ask(kUnknown, true), "2:done(12)");
}

TEST_F(LdapControls, Rfc4511_4_1_11_NotCriticalUnknownIsAsIfAbsent) {
  EXPECT_EQ(ask(kUnknown, false), kPerformed);
}

TEST_F(LdapControls, Rfc4511_4_1_11_KnownButUnsuitable) {
  EXPECT_EQ(world.ask(with_control(compare(2, kAlice, "sn", "yes"), kSubentries, true, kFalse)),
            "2:compare(12)");
  EXPECT_EQ(world.ask(with_control(compare(3, kAlice, "sn", "yes"), kSubentries, false, "rubbish")),
            "3:compare(6)");
}

TEST_F(LdapControls, Rfc4511_4_1_11_OnAbandonACriticalUnknownOneForbidsIt) {
  world.send(search(2, {kFirstBase, Scope::sub, "(turns=2)"}) +
             with_control(abandon(3, 2), kUnknown, true));
  EXPECT_EQ(world.said(), "2:entry(cn=u7,ou=p1) 2:entry(cn=u7,ou=p1) 2:done(0)");
}

TEST_F(LdapControls, Rfc4511_4_1_11_TwiceIsAProtocolError) {
  EXPECT_EQ(
      world.ask(with_control(with_control(search(2), kManageDsaIt, false), kManageDsaIt, true)),
      "2:done(2)");
  EXPECT_EQ(world.ask(with_control(with_control(search(2), kUnknown, false), kUnknown, false)),
            "2:done(2)");
  EXPECT_EQ(world.whoami(), "1000:entry(cn=u7,ou=p1) 1000:done(0)");
}

TEST_F(LdapControls, EachOperationIsRefusedByItsOwnResponse) {  // N05
  EXPECT_EQ(world.ask(with_control(message(2, 0x66, Octets{0x04, 0x00}), kUnknown, true)),
            "2:modify(12)");
  EXPECT_EQ(world.ask(with_control(message(3, 0x68, Octets{0x04, 0x00}), kUnknown, true)),
            "3:add(12)");
  EXPECT_EQ(world.ask(with_control(message(4, 0x4a, Octets{'x'}), kUnknown, true)), "4:delete(12)");
  EXPECT_EQ(world.ask(with_control(message(5, 0x6c, Octets{0x04, 0x00}), kUnknown, true)),
            "5:moddn(12)");
  EXPECT_EQ(world.ask(with_control(extended(6, "1.3.6.1.4.1.4203.1.11.3"), kUnknown, true)),
            "6:extended(12)");
  EXPECT_EQ(world.ask(with_control(bind(7, kAlice, "app-alice"), kUnknown, true)), "7:bind(12)");
  EXPECT_EQ(world.whoami(), "1000:done(50)");  // the Bind was refused, not forgotten
}

TEST_F(LdapControls, Rfc4511_4_1_11_NoneIsEverReturnedUnasked) {  // N03
  for (const Reply& reply : world.ask_replies(with_control(search(2), kManageDsaIt, true))) {
    EXPECT_FALSE(reply.has_controls);
  }
}

TEST_F(LdapControls, Rfc3296_ManageDsaItFitsEveryTreeOperation) {
  EXPECT_EQ(ask(kManageDsaIt, true), kPerformed);
  EXPECT_EQ(ask(kManageDsaIt, true, ""), kPerformed);
  EXPECT_EQ(ask(kManageDsaIt, true, "x"), "2:done(2)");
  EXPECT_EQ(world.ask(with_control(compare(3, kAlice, "sn", "yes"), kManageDsaIt, true)),
            "3:compare(6)");
  EXPECT_EQ(world.ask(with_control(bind(4, kAlice, "app-alice"), kManageDsaIt, true)),
            "4:bind(12)");
}

TEST_F(LdapControls, DomainScopeChangesNothing) {
  EXPECT_EQ(ask(kDomainScope, true), kPerformed);
  EXPECT_EQ(ask(kDomainScope, true, "x"), "2:done(2)");
}

TEST_F(LdapControls, Rfc3672_2_3_SubentriesNeedABoolean) {
  EXPECT_EQ(ask(kSubentries, true, kFalse), kPerformed);
  for (const std::string_view value :
       {std::string_view(""), std::string_view("x"), std::string_view("\x01\x01\x00\x00", 4)}) {
    EXPECT_EQ(ask(kSubentries, true, value), "2:done(2)");
  }
  EXPECT_EQ(ask(kSubentries, true), "2:done(2)");
}

TEST_F(LdapControls, Rfc4512_5_1_3_TheRootDseListsWhatIsDispatched) {
  const auto replies =
      world.ask_replies(search(2, {"", Scope::base, "(objectClass=*)", {"supportedControl"}}));
  ASSERT_EQ(replies.size(), 2U);
  const auto* listed = replies[0].find("supportedControl");
  ASSERT_NE(listed, nullptr);
  EXPECT_EQ(*listed, outpost::supported_controls());
  EXPECT_EQ(std::set<std::string>(listed->begin(), listed->end()).size(), listed->size());
  for (const std::string& oid : *listed) {
    bool fits = false;  // some operation takes it, perhaps only with a value
    for (const int tag : {0x60, 0x63, 0x66, 0x68, 0x4a, 0x6c, 0x6e, 0x77}) {
      const auto answer = world.ask_replies(
          with_control(message(3, static_cast<std::uint8_t>(tag), Octets{0x04, 0x00}), oid, true));
      fits = fits || (answer.size() == 1 &&
                      answer[0].code != ldap::ResultCode::unavailableCriticalExtension);
    }
    EXPECT_TRUE(fits) << oid;
  }
}

}  // namespace
}  // namespace postern::test
