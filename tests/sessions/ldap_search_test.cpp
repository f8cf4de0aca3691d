// Search, Compare and updates: routing, rights, limits, turns, fairness, controls.

#include <gtest/gtest.h>

#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

using ldap::Scope;

class LdapSearch : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(world.ask(bind(900, kAlice, "app-alice")), "900:bind(0)"); }
  LdapWorld world;
};

TEST(LdapSearchAnonymous, BelowANamingContextIsInsufficientAccessRights) {
  LdapWorld world;
  EXPECT_EQ(world.ask(search(1)), "1:done(50)");
  EXPECT_EQ(world.ask(search(2, {kAlice, Scope::base})), "2:done(50)");
  EXPECT_EQ(world.tree.turns_given, 0);
}

TEST(LdapSearchAnonymous, OutsideEveryNamingContextIsNoSuchObject) {
  LdapWorld world;
  EXPECT_EQ(world.ask(search(1, {"dc=nowhere"})), "1:done(32)");
  EXPECT_EQ(world.ask(search(2, {"dc=xldap,dc=example"})), "2:done(32)");
}

TEST(LdapSearchAnonymous, Rfc4511_4_2_WithoutABindTheClientIsAnonymous) {
  LdapWorld world;
  EXPECT_EQ(world.whoami(), "1000:done(50)");
}

TEST_F(LdapSearch, AnotherProvidersTreeIsNotThere) {
  EXPECT_EQ(world.ask(search(1, {kSecondBase})), "1:done(32)");
  EXPECT_EQ(world.ask(search(2, {"ou=users,ou=inner,dc=ldap,dc=example"})), "2:done(32)");
  EXPECT_EQ(world.ask(compare(3, kCarol, "cn", "carol")), "3:compare(32)");
}

TEST_F(LdapSearch, TheViewerIsTheBoundUser) {
  world.ask(search(1));
  EXPECT_EQ(world.tree.last_viewer.user, 7);
  EXPECT_EQ(world.tree.last_viewer.provider, kFirst);
  EXPECT_EQ(world.tree.last_viewer.sees, ldap::Sees::own_groups);
  world.ask(bind(2, kBob, "app-bob"));
  world.ask(search(3));
  EXPECT_EQ(world.tree.last_viewer.sees, ldap::Sees::everything);
}

TEST_F(LdapSearch, BaseIsComparedWithoutCase) {  // N21
  EXPECT_EQ(world.ask(search(1, {"DC=LDAP, dc=EXAMPLE"})), "1:entry(cn=u7,ou=p1) 1:done(0)");
}

TEST_F(LdapSearch, BadBaseIsInvalidDnSyntax) {
  EXPECT_EQ(world.ask(search(1, {"not a dn"})), "1:done(34)");
}

TEST_F(LdapSearch, Rfc4511_4_5_3_MissingBaseCarriesTheMatchedDn) {
  const auto replies = world.ask_replies(search(1, {"cn=missing,dc=ldap,dc=example"}));
  EXPECT_EQ(describe(replies), "1:done(32)");
  EXPECT_EQ(replies[0].matched_dn, "dc=ldap,dc=example");
}

TEST_F(LdapSearch, N03_ResponsesCarryNoControls) {
  for (const Reply& reply : world.ask_replies(search(1))) EXPECT_FALSE(reply.has_controls);
}

TEST_F(LdapSearch, MalformedBodyIsProtocolErrorInASearchResultDone) {  // 4511-05
  EXPECT_EQ(world.ask(message(1, 0x63, Octets{0x04, 0x00})), "1:done(2)");
  EXPECT_EQ(world.whoami(2), "2:entry(cn=u7,ou=p1) 2:done(0)");
}

TEST_F(LdapSearch, Rfc4511_4_1_11_UnknownCriticalControlForbidsTheOperation) {  // N02
  EXPECT_EQ(world.ask(with_control(search(1), "1.2.3.4", true)), "1:done(12)");
  EXPECT_EQ(world.ask(with_control(compare(2, kAlice, "cn", "a"), "1.2.3.4", true)),
            "2:compare(12)");
  EXPECT_EQ(world.ask(with_control(extended(3, "1.3.6.1.4.1.4203.1.11.3"), "1.2.3.4", true)),
            "3:extended(12)");
  EXPECT_EQ(world.tree.turns_given, 0);
}

TEST_F(LdapSearch, Rfc4511_4_1_11_UnknownControlThatIsNotCriticalIsIgnored) {
  EXPECT_EQ(world.ask(with_control(search(1), "1.2.3.4", false)), "1:entry(cn=u7,ou=p1) 1:done(0)");
}

TEST_F(LdapSearch, MalformedControlsAreAProtocolError) {
  Octets request = search(1);
  Octets body(request.begin() + 5, request.end());  // 30 len 02 01 01 | protocolOp
  Octets contents{0x02, 0x01, 0x01};
  contents = contents + body + Octets{0xa0, 0x02, 0x04, 0x00};
  Octets pdu{0x30, static_cast<std::uint8_t>(contents.size())};
  EXPECT_EQ(world.ask(pdu + contents), "1:done(2)");
}

TEST_F(LdapSearch, LimitsAreTheSmallerOnes) {
  world.ask(search(1, {kFirstBase, Scope::sub, "(cn=x)", {}, 5, 7}));
  EXPECT_EQ(world.tree.last_limits.size, 5U);
  EXPECT_EQ(world.tree.last_limits.deadline, world.script().now() + std::chrono::seconds(7));
  world.ask(search(2, {kFirstBase, Scope::sub, "(cn=x)", {}, 0, 0}));
  EXPECT_EQ(world.tree.last_limits.size, 0U);
  EXPECT_EQ(world.tree.last_limits.deadline, world.script().now() + std::chrono::seconds(60));
  world.ask(search(3, {kFirstBase, Scope::sub, "(cn=x)", {}, 0, 600}));
  EXPECT_EQ(world.tree.last_limits.deadline, world.script().now() + std::chrono::seconds(60));
}

TEST(LdapSearchLimits, OursHoldAgainstNoneAndLarger) {
  outpost::LdapSettings settings;
  settings.searches.size = 100;
  settings.searches.time = 0;
  LdapWorld world(settings);
  world.ask(bind(1, kAlice, "app-alice"));
  world.ask(search(2));
  EXPECT_EQ(world.tree.last_limits.size, 100U);
  EXPECT_EQ(world.tree.last_limits.deadline, Instant::max());
  world.ask(search(3, {kFirstBase, Scope::sub, "(cn=x)", {}, 1000}));
  EXPECT_EQ(world.tree.last_limits.size, 100U);
}

TEST_F(LdapSearch, N08_SizeLimitIsAnsweredAfterTheEntries) {
  const Octets request = search(1, {kFirstBase, Scope::sub, "(turns=5)", {}, 2});
  EXPECT_EQ(world.ask(request),
            "1:entry(cn=u7,ou=p1) 1:entry(cn=u7,ou=p1) 1:entry(cn=u7,ou=p1) 1:done(4)");
}

TEST_F(LdapSearch, TimeLimitEndsARunningSearch) {
  world.send(search(1, {kFirstBase, Scope::sub, "(turns=1000)", {}, 0, 3}));
  world.script().pass(std::chrono::seconds(3));
  EXPECT_EQ(world.said(), "1:entry(cn=u7,ou=p1) 1:done(3)");
}

TEST_F(LdapSearch, ABrokenTreeIsUnavailableAndLeavesNoHalfEntry) {
  EXPECT_EQ(world.ask(search(1, {kFirstBase, Scope::sub, "(cn=broken)"})), "1:done(52)");
}

TEST_F(LdapSearch, LongSearchesRunInTurnsAndInRotation) {
  world.send(search(1, {kFirstBase, Scope::sub, "(turns=3)"}) +
             search(2, {kFirstBase, Scope::sub, "(turns=2)"}) + search(3));
  EXPECT_TRUE(world.script().wants().again);
  EXPECT_TRUE(world.script().wants().read);
  EXPECT_EQ(world.said(),
            "1:entry(cn=u7,ou=p1) 1:entry(cn=u7,ou=p1) 2:entry(cn=u7,ou=p1) 3:entry(cn=u7,ou=p1) "
            "3:done(0) 1:entry(cn=u7,ou=p1) 1:done(0) 2:entry(cn=u7,ou=p1) 2:done(0)");
  EXPECT_FALSE(world.script().wants().again);
}

TEST_F(LdapSearch, Rfc4511_4_11_AbandonStopsARunningSearchAtOnce) {
  world.send(search(1, {kFirstBase, Scope::sub, "(turns=100000)"}));
  world.script().turn();
  world.script().turn();
  const int before = world.tree.turns_given;
  world.send(abandon(2, 1));
  EXPECT_EQ(world.said().find("done"), std::string::npos);
  EXPECT_EQ(world.tree.turns_given, before);
  EXPECT_EQ(world.whoami(1), "1:entry(cn=u7,ou=p1) 1:done(0)");  // its id is free again
}

TEST_F(LdapSearch, AbandonInTheMiddleOfTheRotationSkipsNobody) {
  for (std::int32_t victim = 1; victim <= 3; ++victim) {
    const auto long_search = [](std::int32_t id) {
      return search(id, {kFirstBase, Scope::sub, "(turns=4)"});
    };
    world.send(long_search(1) + long_search(2) + long_search(3));
    world.script().turn();
    world.script().turn();
    world.send(abandon(4, victim));
    const std::string said = world.said();
    for (std::int32_t id = 1; id <= 3; ++id) {
      const bool finished = said.find(std::to_string(id) + ":done(0)") != std::string::npos;
      EXPECT_EQ(finished, id != victim) << said;
    }
  }
}

TEST_F(LdapSearch, N04_AbandonOfAnUnknownIdIsIgnored) {
  EXPECT_EQ(world.ask(abandon(1, 4711)), "");
  EXPECT_EQ(world.ask(message(2, 0x50, Octets{})), "");  // nor is an unusable one answered
  EXPECT_EQ(world.whoami(3), "3:entry(cn=u7,ou=p1) 3:done(0)");
}

TEST_F(LdapSearch, AbandonOfAWaitingRequestRemovesIt) {
  world.send(bind(1, kSlow, "pw-slow") + search(2) + search(3) + abandon(4, 2));
  world.script().finish_run();
  EXPECT_EQ(world.said(), "1:bind(0) 3:entry(cn=u11,ou=p1) 3:done(0)");
}

TEST_F(LdapSearch, Rfc4511_4_3_UnbindEndsEverythingWithoutAnAnswer) {
  world.send(search(1, {kFirstBase, Scope::sub, "(turns=100000)"}));
  world.script().take_output();
  const int before = world.tree.turns_given;
  world.send(unbind(2));
  EXPECT_TRUE(world.script().wants().close);
  EXPECT_EQ(world.said(), "");
  EXPECT_EQ(world.tree.turns_given, before);
}

TEST_F(LdapSearch, UnbindWhileALoginRuns) {
  world.send(bind(1, kSlow, "pw-slow") + unbind(2));
  EXPECT_TRUE(world.script().wants().close);
  EXPECT_EQ(world.said(), "");
}

TEST_F(LdapSearch, ReadingAndProducingPauseWhileTheClientDoesNotTakeItsAnswers) {
  world.script().hold_output(true);
  world.send(search(1, {kFirstBase, Scope::sub, "(turns=1)"}));
  Octets many;
  for (std::int32_t id = 2; id < 12; ++id) {
    many = many + search(id, {kFirstBase, Scope::sub, "(octets=60000)"});
  }
  world.send(many);
  EXPECT_GT(world.script().unsent(), outpost::kMaxUnsent);
  EXPECT_LT(world.script().unsent(), outpost::kMaxUnsent + 70'000);
  EXPECT_FALSE(world.script().wants().read);
  EXPECT_FALSE(world.script().wants().again);
  world.script().hold_output(false);
  std::string said = world.said();
  EXPECT_NE(said.find("11:done(0)"), std::string::npos);
  EXPECT_TRUE(world.script().wants().read);
}

TEST_F(LdapSearch, ALongPipelineIsServedOverSeveralTurnsOfTheLoop) {
  Octets many;
  for (std::int32_t id = 1; id <= 60; ++id) many = many + search(id);
  world.send(many);
  EXPECT_LT(world.tree.turns_given, 60);
  EXPECT_TRUE(world.script().wants().again);
  EXPECT_FALSE(world.script().wants().read);
  const std::string said = world.said();
  EXPECT_EQ(world.tree.turns_given, 60);
  EXPECT_NE(said.find("60:done(0)"), std::string::npos);
  EXPECT_FALSE(world.script().wants().again);
}

TEST_F(LdapSearch, L79_RequestsUnderWayAreCapped) {
  Octets many;
  for (std::int32_t id = 1; id <= 1200; ++id) {
    many = many + search(id, {kFirstBase, Scope::sub, "(turns=2)"});
  }
  world.send(many);
  while (world.script().wants().again && world.script().wants().read) world.script().wake();
  EXPECT_NE(world.said().find("1200:done(0)"), std::string::npos);
}

TEST(LdapPending, L79_AnonymousCapStopsReadingWhileALoginRuns) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow"));
  for (std::int32_t id = 2; id <= 100; ++id) {
    ASSERT_TRUE(world.script().wants().read) << id;
    world.send(search(id));
  }
  EXPECT_FALSE(world.script().wants().read);
  world.script().finish_run();
  EXPECT_NE(world.said().find("100:done(0)"), std::string::npos);
  EXPECT_TRUE(world.script().wants().read);
}

TEST_F(LdapSearch, Compare) {
  EXPECT_EQ(world.ask(compare(1, kAlice, "sn", "yes")), "1:compare(6)");
  EXPECT_EQ(world.ask(compare(2, kAlice, "sn", "no")), "2:compare(5)");
  EXPECT_EQ(world.ask(compare(3, "cn=missing,dc=ldap,dc=example", "sn", "x")), "3:compare(32)");
  EXPECT_EQ(world.ask(compare(4, "no dn", "sn", "x")), "4:compare(34)");
  EXPECT_EQ(world.ask(message(5, 0x6e, Octets{0x04, 0x00})), "5:compare(2)");
}

TEST_F(LdapSearch, Rfc4511_4_10_UndefinedIsNeverCompareFalse) {
  EXPECT_EQ(world.ask(compare(1, kAlice, "absent", "x")), "1:compare(16)");
  EXPECT_EQ(world.ask(compare(3, "", "objectClass", "TOP")), "3:compare(6)");
  EXPECT_EQ(world.ask(compare(4, "", "objectClass", "person")), "4:compare(5)");
  EXPECT_EQ(world.ask(compare(5, "", "sn", "x")), "5:compare(16)");
  EXPECT_EQ(world.ask(compare(6, "CN=Subschema", "cn", "subschema")), "6:compare(6)");
  // RFC 4512 5.1.5 gives the type no equality rule.
  EXPECT_EQ(world.ask(compare(7, "", "supportedLDAPVersion", "3")), "7:compare(18)");
}

TEST(LdapSearchAnonymous, CompareAndUpdatesAreRefused) {
  LdapWorld world;
  EXPECT_EQ(world.ask(compare(1, kAlice, "sn", "yes")), "1:compare(50)");
  EXPECT_EQ(world.ask(message(2, 0x68, Octets{0x04, 0x00, 0x30, 0x00})), "2:add(50)");
}

TEST_F(LdapSearch, N05_EachUpdateGetsItsOwnResponseType) {
  const Octets cut{0x04, 0x00};  // no whole request of any kind, but a delete of something
  EXPECT_EQ(world.ask(message(1, 0x66, cut)), "1:modify(2)");
  EXPECT_EQ(world.ask(message(2, 0x68, cut)), "2:add(2)");
  EXPECT_EQ(world.ask(message(3, 0x4a, Octets{'d', 'c'})), "3:delete(53)");
  EXPECT_EQ(world.ask(message(4, 0x6c, cut)), "4:moddn(2)");
}

TEST_F(LdapSearch, AChangedConfigurationIsSeenAtTheNextOperation) {
  EXPECT_EQ(world.whoami(1), "1:entry(cn=u7,ou=p1) 1:done(0)");
  world.directory.publish({{kFirst, "dc=new"}});
  EXPECT_EQ(world.whoami(2), "2:done(32)");
  EXPECT_EQ(world.whoami(3, "dc=new"), "3:entry(cn=u7,ou=p1) 3:done(0)");
}

}  // namespace
}  // namespace postern::test
