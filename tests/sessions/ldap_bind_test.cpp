// Bind: every rule of RFC 4511 4.2 and RFC 4513 5.1 that a server has to keep, and what design.md
// adds.

#include <gtest/gtest.h>

#include "protocols/ldap/decode.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

TEST(LdapBind, AppPasswordIsGrantedOnTheLoop) {
  LdapWorld world;
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice")), "1:bind(0)");
  EXPECT_FALSE(world.script().run());
  EXPECT_EQ(world.whoami(), "1000:entry(cn=u7,ou=p1) 1000:done(0)");
  EXPECT_EQ(world.login.slow_attempts, 0);
}

TEST(LdapBind, TypedPasswordRunsOnTheHashLane) {
  LdapWorld world;
  EXPECT_EQ(world.ask(bind(1, kSlow, "pw-slow")), "");
  ASSERT_TRUE(world.script().run());
  EXPECT_EQ(world.script().run()->lane, Lane::hash);
  EXPECT_TRUE(world.script().wants().read);  // reading goes on
  world.script().finish_run();
  EXPECT_EQ(world.said(), "1:bind(0)");
  EXPECT_EQ(world.whoami(), "1000:entry(cn=u11,ou=p1) 1000:done(0)");
}

TEST(LdapBind, Rfc4511_4_2_VersionOtherThan3IsProtocolError) {
  LdapWorld world;
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice", 2)), "1:bind(2)");
  EXPECT_EQ(world.ask(bind(2, "", "", 4)), "2:bind(2)");
  EXPECT_EQ(world.login.attempts, 0);
}

TEST(LdapBind, Rfc4511_4_2_AnUnknownMechanismIsAuthMethodNotSupported) {
  LdapWorld world;
  EXPECT_EQ(world.ask(sasl_bind(1, "GSSAPI")), "1:bind(7)");
  EXPECT_EQ(world.ask(sasl_bind(2, "")), "2:bind(7)");
}

TEST(LdapBind, Rfc4511_4_2_UnknownChoiceIsAuthMethodNotSupported) {
  LdapWorld world;
  // version 3, name "", [5] "x"
  const Octets body{0x02, 0x01, 0x03, 0x04, 0x00, 0x85, 0x01, 'x'};
  EXPECT_EQ(world.ask(message(1, 0x60, body)), "1:bind(7)");
}

TEST(LdapBind, Rfc4511_4_1_1_MalformedBodyIsProtocolErrorInABindResponse) {
  LdapWorld world;
  EXPECT_EQ(world.ask(message(1, 0x60, Octets{0x04, 0x00})), "1:bind(2)");
  EXPECT_EQ(world.ask(bind(2, kAlice, "app-alice")), "2:bind(0)");
}

TEST(LdapBind, Rfc4513_5_1_1_AnonymousBindSucceedsAndIsAnonymous) {
  LdapWorld world;
  EXPECT_EQ(world.ask(bind(1, "", "")), "1:bind(0)");
  EXPECT_EQ(world.whoami(), "1000:done(50)");
  EXPECT_EQ(world.counters().binds_anonymous.load(), 1U);
}

TEST(LdapBind, Rfc4513_5_1_2_NameWithoutPasswordIsUnwillingAndTheNameIsNotLookedAt) {
  LdapWorld world;  // also N10
  EXPECT_EQ(world.ask(bind(1, kAlice, "")), "1:bind(53)");
  EXPECT_EQ(world.ask(bind(2, "this is no DN", "")), "2:bind(53)");
  EXPECT_EQ(world.ask(bind(3, "cn=nobody,dc=nowhere", "")), "3:bind(53)");
  EXPECT_EQ(world.login.attempts, 0);
}

TEST(LdapBind, Rfc4513_5_1_3_BadDnIsInvalidDnSyntax) {
  LdapWorld world;
  EXPECT_EQ(world.ask(bind(1, "alice", "pw")), "1:bind(34)");
  EXPECT_EQ(world.ask(bind(2, "cn=alice,,dc=x", "pw")), "2:bind(34)");
}

TEST(LdapBind, Rfc4513_5_1_3_EveryRefusalOfCredentialsLooksTheSame) {
  LdapWorld world;
  std::vector<std::string> texts;
  std::int32_t id = 1;
  for (const std::string_view name :
       {kAlice, std::string_view("cn=nobody,ou=users,dc=ldap,dc=example"),
        std::string_view("cn=alice,ou=groups,dc=ldap,dc=example"),
        std::string_view("cn=alice,ou=users,dc=nowhere")}) {
    world.send(bind(id++, name, "wrong"));
    ASSERT_TRUE(world.script().finish_run()) << name;
    const auto replies = world.replies();
    ASSERT_EQ(replies.size(), 1U);
    EXPECT_EQ(replies[0].code, ldap::ResultCode::invalidCredentials) << name;
    EXPECT_EQ(replies[0].matched_dn, "");
    EXPECT_FALSE(replies[0].has_controls);
    // But for the id under which the log has the cause: those of the connection and the message.
    const std::string request = "(request l1-" + std::to_string(id - 1) + ")";
    const std::string& text = replies[0].diagnostic;
    ASSERT_TRUE(text.ends_with(request)) << text;
    texts.push_back(text.substr(0, text.size() - request.size()));
  }
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), 1U);
  EXPECT_EQ(world.login.slow_attempts, 4);  // each cost one
}

TEST(LdapBind, UserPain35_OnlyTheEntrysOwnDnBinds) {
  LdapWorld world;
  std::int32_t id = 1;
  for (const char* name :
       {"cn=alice,dc=ldap,dc=example", "cn=alice,ou=x,dc=ldap,dc=example",
        "cn=alice,ou=users,ou=users,dc=ldap,dc=example", "dc=ldap,dc=example",
        "sn=alice,ou=users,dc=ldap,dc=example", "cn=alice+sn=x,ou=users,dc=ldap,dc=example",
        "cn=alice,ou=users,dc=xldap,dc=example", "ou=users,dc=ldap,dc=example"}) {
    EXPECT_EQ(world.ask(bind(id, name, "app-alice")), std::to_string(id) + ":bind(49)") << name;
    ++id;
  }
  EXPECT_EQ(world.login.attempts, id - 1);  // the login ran for each, with a name nobody has
}

TEST(LdapBind, ANameThatMeansNobodyIsNeverGranted) {
  LdapWorld world;
  world.login.grants_everything = true;
  EXPECT_EQ(world.ask(bind(1, "cn=alice,dc=ldap,dc=example", "app-x")), "1:bind(49)");
  EXPECT_EQ(world.ask(bind(2, "cn=alice,ou=users,dc=nowhere", "app-x")), "2:bind(49)");
  EXPECT_EQ(world.whoami(), "1000:done(50)");
}

TEST(LdapBind, Rfc4514_NamesInAnyCaseSpacingAndEscape) {
  LdapWorld world;
  world.login.users[{kFirst, "a, b"}] = {20, "app-ab"};
  world.login.users[{kFirst, "Ana  Maria"}] = {21, "app-am"};
  EXPECT_EQ(world.ask(bind(1, "CN=alice, OU=Users, DC=LDAP,dc=Example", "app-alice")), "1:bind(0)");
  EXPECT_EQ(world.ask(bind(2, "uid=alice,ou=users,dc=ldap,dc=example", "app-alice")), "2:bind(0)");
  EXPECT_EQ(world.ask(bind(3, "cn=a\\, b,ou=users,dc=ldap,dc=example", "app-ab")), "3:bind(0)");
  EXPECT_EQ(world.ask(bind(4, "cn=a\\2C b,ou=users,dc=ldap,dc=example", "app-ab")), "4:bind(0)");
  EXPECT_EQ(world.ask(bind(5, "cn=Ana  Maria,ou=users,dc=ldap,dc=example", "app-am")), "5:bind(0)");
  EXPECT_EQ(world.ask(bind(6, "2.5.4.3=alice,ou=users,dc=ldap,dc=example", "app-alice")),
            "6:bind(0)");
}

TEST(LdapBind, TheLongestBaseDnTakesTheBind) {
  LdapWorld world;
  world.login.users[{kNested, "eve"}] = {30, "app-eve"};
  EXPECT_EQ(world.ask(bind(1, "cn=eve,ou=users,ou=inner,dc=ldap,dc=example", "app-eve")),
            "1:bind(0)");
  EXPECT_EQ(world.whoami(2, kNestedBase), "2:entry(cn=u30,ou=p3) 2:done(0)");
  EXPECT_EQ(world.whoami(3, kFirstBase), "3:done(32)");
}

TEST(LdapBind, Rfc4513_6_3_3_PasswordInClearFromAfarIsRefusedWithoutWork) {
  LdapWorld world(LdapWorld::with_tls(), LdapWorld::remote_peer());
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice")), "1:bind(13)");
  EXPECT_EQ(world.ask(bind(2, "no DN", "x")), "2:bind(13)");
  EXPECT_EQ(world.ask(bind(3, "cn=nobody,dc=nowhere", "x")), "3:bind(13)");
  EXPECT_EQ(world.login.attempts, 0);
  EXPECT_EQ(world.ask(bind(4, "", "")), "4:bind(0)");
}

TEST(LdapBind, PasswordOverTlsFromAfarIsFine) {
  LdapWorld world(LdapWorld::with_tls(), LdapWorld::remote_peer(true));
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice")), "1:bind(0)");
}

TEST(LdapBind, ConfidentialityMayBeSwitchedOff) {
  outpost::LdapSettings settings;
  settings.require_confidentiality = false;
  LdapWorld world(settings, LdapWorld::remote_peer());
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice")), "1:bind(0)");
}

TEST(LdapBind, N01_FailedRebindIsAnonymous) {
  LdapWorld world;
  EXPECT_EQ(world.ask(bind(1, kBob, "app-bob")), "1:bind(0)");
  EXPECT_EQ(world.whoami(2), "2:entry(cn=u8+ou=full,ou=p1) 2:done(0)");
  EXPECT_EQ(world.ask(bind(3, kBob, "app-wrong")), "3:bind(49)");
  EXPECT_EQ(world.whoami(4), "4:done(50)");
}

TEST(LdapBind, Rfc4513_4_EveryKindOfFailedBindDropsTheIdentity) {
  const std::vector<Octets> failing{bind(2, kAlice, ""),
                                    bind(2, "no DN", "x"),
                                    bind(2, kAlice, "app-alice", 2),
                                    sasl_bind(2, "PLAIN"),
                                    message(2, 0x60, Octets{0x04, 0x00}),
                                    bind(2, "", ""),
                                    with_control(bind(2, kAlice, "app-alice"), "1.2.3", true)};
  for (const Octets& request : failing) {
    LdapWorld world;
    world.ask(bind(1, kBob, "app-bob"));
    world.ask(request);
    EXPECT_EQ(world.whoami(), "1000:done(50)") << testing::PrintToString(request);
  }
}

TEST(LdapBind, RightCredentialsWithoutAdmissionAreInsufficientAccessRights) {
  LdapWorld world;
  EXPECT_EQ(world.ask(bind(1, kDave, "app-dave")), "1:bind(50)");
  EXPECT_EQ(world.ask(bind(2, kDave, "app-wrong")), "2:bind(49)");
  EXPECT_EQ(world.whoami(), "1000:done(50)");
}

TEST(LdapBind, UnavailableIs52AndAFullLaneIs51) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow"));
  world.script().refuse_run();
  EXPECT_EQ(world.said(), "1:bind(51)");
  world.login.unavailable = true;
  world.send(bind(2, kSlow, "pw-slow"));
  world.script().finish_run();
  EXPECT_EQ(world.said(), "2:bind(52)");
}

TEST(LdapBind, ALoginThatBreaksGrantsNothing) {
  LdapWorld world;
  world.login.throws = true;
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice")), "1:bind(52)");
  world.login.throws = false;
  world.send(bind(2, kSlow, "pw-slow"));
  world.login.throws = true;
  world.script().finish_run();
  EXPECT_EQ(world.said(), "2:bind(52)");
}

TEST(LdapBind, ALoginThatStaysUndecidedIsUnavailable) {
  LdapWorld world;
  world.login.still_blocks = true;
  world.send(bind(1, kSlow, "pw-slow"));
  world.script().finish_run();
  EXPECT_EQ(world.said(), "1:bind(52)");
}

TEST(LdapBind, DeniedAnswerIsHeldForItsDelay) {
  LdapWorld world;
  world.login.delay = std::chrono::milliseconds(700);
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-wrong")), "");
  world.script().pass(std::chrono::milliseconds(699));
  EXPECT_EQ(world.said(), "");
  EXPECT_EQ(world.ask(search(2)), "");  // waits behind the Bind
  world.script().pass(std::chrono::milliseconds(1));
  EXPECT_EQ(world.said(), "1:bind(49) 2:done(50)");
}

TEST(LdapBind, Rfc4511_4_2_1_RequestsBehindABindWaitForIt) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow") + search(2) + bind(3, kAlice, "app-alice") + search(4));
  EXPECT_EQ(world.said(), "");
  world.script().finish_run();
  EXPECT_EQ(world.said(),
            "1:bind(0) 2:entry(cn=u11,ou=p1) 2:done(0) 3:bind(0) 4:entry(cn=u7,ou=p1) 4:done(0)");
}

TEST(LdapBind, Rfc4511_4_2_1_ABindWaitsForRunningSearches) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  EXPECT_EQ(world.ask(search(2, {kFirstBase, ldap::Scope::sub, "(turns=3)"}) + bind(3, "", "")),
            "2:entry(cn=u7,ou=p1) 2:entry(cn=u7,ou=p1) 2:entry(cn=u7,ou=p1) 2:done(0) 3:bind(0)");
}

TEST(LdapBind, AbandonDoesNotTouchABind) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow") + abandon(2, 1));
  world.script().finish_run();
  EXPECT_EQ(world.said(), "1:bind(0)");
}

TEST(LdapBind, LostConnectionCancelsTheLogin) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow"));
  const auto work = world.script().run()->work;
  world.script().eof();
  EXPECT_TRUE(work->cancelled());
  EXPECT_TRUE(world.script().wants().close);
  world.script().finish_run();
  EXPECT_EQ(world.login.slow_attempts, 0);
  EXPECT_EQ(world.said(), "");
}

TEST(LdapBind, AReportForAnotherRunChangesNothing) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow"));
  world.script().report_done(4711);
  EXPECT_EQ(world.said(), "");
  EXPECT_EQ(world.ask(search(2)), "");
}

TEST(LdapBind, FairnessIsBySourceAndProvider) {
  const auto key = [](std::string_view name, const PeerInfo& peer) {
    LdapWorld world(LdapWorld::with_tls(), peer);
    world.send(bind(1, name, "pw-x"));
    return world.script().run()->work->fairness_key;
  };
  const PeerInfo near = LdapWorld::local_peer(), far = LdapWorld::remote_peer(true);
  EXPECT_EQ(key(kAlice, near), key(kSlow, near));
  EXPECT_NE(key(kAlice, near), key(kCarol, near));
  EXPECT_NE(key(kAlice, near), key(kAlice, far));
}

TEST(LdapBind, TheRequestCarriesWhatTheCoreNeeds) {
  LdapWorld world;
  world.ask(bind(5, kAlice, "app-alice"));
  EXPECT_EQ(world.login.last.provider, kFirst);
  EXPECT_EQ(world.login.last.username, "alice");
  EXPECT_EQ(world.login.last.client, "127.0.0.1");
  EXPECT_EQ(world.login.last.request_id, "l1-5");
  EXPECT_EQ(world.login.last.protocol, core::Protocol::ldap);
}

TEST(LdapGrants, AMovedEpochAsksOnceWhetherTheGrantHolds) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  EXPECT_EQ(world.whoami(2), "2:entry(cn=u7,ou=p1) 2:done(0)");
  EXPECT_EQ(world.login.asked_again, 0);
  ++world.login.epoch;
  EXPECT_EQ(world.whoami(3), "3:entry(cn=u7,ou=p1) 3:done(0)");
  EXPECT_EQ(world.whoami(4), "4:entry(cn=u7,ou=p1) 4:done(0)");
  EXPECT_EQ(world.login.asked_again, 1);
}

TEST(LdapGrants, ADisabledUsersOpenConnectionBecomesAnonymous) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  world.login.gone.insert(7);
  ++world.login.epoch;
  EXPECT_EQ(world.whoami(2), "2:done(50)");
  world.login.gone.clear();  // and stays so until the next Bind
  ++world.login.epoch;
  EXPECT_EQ(world.whoami(3), "3:done(50)");
  EXPECT_EQ(world.counters().grants_lost.load(), 1U);
}

TEST(LdapGrants, ALostGrantEndsARunningSearch) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  world.send(search(2, {kFirstBase, ldap::Scope::sub, "(turns=100)"}));
  world.login.gone.insert(7);
  ++world.login.epoch;
  EXPECT_EQ(world.said(), "2:entry(cn=u7,ou=p1) 2:done(50)");
}

TEST(LdapGrants, AChangeDuringTheLoginIsNoticedAtTheNextOperation) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow"));
  world.login.gone.insert(11);
  ++world.login.epoch;
  world.script().finish_run();
  EXPECT_EQ(world.said(), "1:bind(0)");
  EXPECT_EQ(world.whoami(2), "2:done(50)");
}

TEST(LdapGrants, AGrantExpires) {
  LdapWorld world;
  world.login.users[{kFirst, "alice"}].expires = world.clock.wall_ms + 10;
  world.ask(bind(1, kAlice, "app-alice"));
  EXPECT_EQ(world.whoami(2), "2:entry(cn=u7,ou=p1) 2:done(0)");
  world.clock.wall_ms += 10;
  EXPECT_EQ(world.whoami(3), "3:done(50)");
}

}  // namespace
}  // namespace postern::test
