// Extended operations: StartTLS (RFC 4511 4.14, RFC 4513 3.1.1), Who am I? (RFC 4532), unknown
// ones.

#include <gtest/gtest.h>

#include "outpost/ldap/extended.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

using outpost::kStartTlsOid;
using outpost::kWhoAmIOid;

TEST(LdapStartTls, Rfc4511_4_14_AnswersThenHandsOver) {
  LdapWorld world(LdapWorld::with_tls(), LdapWorld::remote_peer());
  world.send(extended(1, kStartTlsOid));
  EXPECT_TRUE(world.script().wants().start_tls);
  EXPECT_FALSE(world.script().wants().read);
  const auto replies = world.replies();
  EXPECT_EQ(describe(replies), "1:extended(0)");
  EXPECT_EQ(replies[0].name, std::string(kStartTlsOid));
  EXPECT_EQ(replies[0].value, std::nullopt);
  world.script().tls_up();
  EXPECT_FALSE(world.script().wants().start_tls);
  EXPECT_TRUE(world.script().wants().read);
  EXPECT_EQ(world.ask(bind(2, kAlice, "app-alice")), "2:bind(0)");
}

TEST(LdapStartTls, Rfc4513_3_1_TheSessionIsAnonymousAfterwards) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  world.send(extended(2, kStartTlsOid));
  world.replies();
  world.script().tls_up();
  EXPECT_EQ(world.whoami(), "1000:done(50)");
}

TEST(LdapStartTls, Rfc4513_3_1_1_OctetsBehindTheRequestCloseTheConnection) {
  LdapWorld whole;
  whole.send(extended(1, kStartTlsOid) + bind(2, kAlice, "app-alice"));
  EXPECT_TRUE(whole.script().wants().close);
  EXPECT_FALSE(whole.script().wants().start_tls);
  EXPECT_EQ(whole.said(), "1:extended(0)");
  EXPECT_EQ(whole.login.attempts, 0);
}

TEST(LdapStartTls, PartOfARequestBehindItClosesToo) {
  LdapWorld world;
  world.send(extended(1, kStartTlsOid) + Octets{0x30});
  EXPECT_TRUE(world.script().wants().close);
}

TEST(LdapStartTls, Rfc4511_4_14_2_OperationsErrorWhenTlsIsUp) {
  LdapWorld world(LdapWorld::with_tls(), LdapWorld::remote_peer(true));
  EXPECT_EQ(world.ask(extended(1, kStartTlsOid)), "1:extended(1)");
  EXPECT_FALSE(world.script().wants().start_tls);
}

TEST(LdapStartTls, Rfc4511_4_14_2_OperationsErrorWhileASearchRuns) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  world.send(search(2, {kFirstBase, ldap::Scope::sub, "(turns=2)"}) + extended(3, kStartTlsOid));
  EXPECT_EQ(world.said(), "2:entry(cn=u7,ou=p1) 3:extended(1) 2:entry(cn=u7,ou=p1) 2:done(0)");
}

TEST(LdapStartTls, Rfc4511_4_14_2_ProtocolErrorWhenNotSupported) {
  LdapWorld world{outpost::LdapSettings{}};
  EXPECT_EQ(world.ask(extended(1, kStartTlsOid)), "1:extended(2)");
  EXPECT_EQ(world.ask(bind(2, kAlice, "app-alice")), "2:bind(0)");
}

TEST(LdapStartTls, Rfc4511_4_14_1_AValueIsAProtocolError) {
  LdapWorld world;
  EXPECT_EQ(world.ask(extended(1, kStartTlsOid, "x")), "1:extended(2)");
  EXPECT_EQ(world.ask(extended(2, kStartTlsOid, "")), "2:extended(2)");
}

TEST(LdapStartTls, TlsUpWithoutARequestChangesNothing) {
  LdapWorld world(LdapWorld::with_tls(), LdapWorld::remote_peer());
  world.script().tls_up();
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice")), "1:bind(13)");
}

TEST(LdapStartTls, AHandshakeThatNeverEndsIsGivenUp) {
  LdapWorld world;
  world.send(extended(1, kStartTlsOid));
  world.replies();
  world.script().pass(std::chrono::seconds(30));
  EXPECT_TRUE(world.script().wants().close);
}

TEST(LdapWhoAmI, Rfc4532_2_2_AnonymousIsAnEmptyValue) {
  LdapWorld world;
  const auto replies = world.ask_replies(extended(1, kWhoAmIOid));
  EXPECT_EQ(describe(replies), "1:extended(0)");
  EXPECT_EQ(replies[0].name, std::nullopt);
  EXPECT_EQ(replies[0].value, "");
}

TEST(LdapWhoAmI, Rfc4532_2_2_BoundIsTheDn) {  // N09
  LdapWorld world;
  world.login.users[{kFirst, "a,b"}] = {20, "app-ab"};
  world.ask(bind(1, "cn=a\\,b,ou=users,dc=ldap,dc=example", "app-ab"));
  const auto replies = world.ask_replies(extended(2, kWhoAmIOid));
  EXPECT_EQ(replies[0].name, std::nullopt);
  EXPECT_EQ(replies[0].value, "dn:cn=a\\,b,ou=users,dc=ldap,dc=example");
}

TEST(LdapWhoAmI, Rfc4532_3_AfterAFailedBindTheValueIsEmpty) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  world.ask(bind(2, kAlice, "app-wrong"));
  EXPECT_EQ(world.ask_replies(extended(3, kWhoAmIOid))[0].value, "");
}

TEST(LdapWhoAmI, AValueIsAProtocolError) {
  LdapWorld world;
  EXPECT_EQ(world.ask(extended(1, kWhoAmIOid, "x")), "1:extended(2)");
}

TEST(LdapExtended, Rfc4511_4_12_UnknownIsAProtocolErrorAndTheSessionIsUnharmed) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  EXPECT_EQ(world.ask(extended(2, "1.2.3.4")), "2:extended(2)");
  EXPECT_EQ(world.ask(message(3, 0x77, Octets{})), "3:extended(2)");
  EXPECT_EQ(world.whoami(), "1000:entry(cn=u7,ou=p1) 1000:done(0)");
}

}  // namespace
}  // namespace postern::test
