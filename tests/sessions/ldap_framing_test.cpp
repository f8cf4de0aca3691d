// Framing, envelopes, deadlines: RFC 4511 4.1.1, 5.1; row L25 and L79.

#include <gtest/gtest.h>

#include "protocols/ldap/encode.h"
#include "protocols/ldap/oids.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

// A Notice of Disconnection with that code, then the end.
void expect_notice(const Octets& input, ldap::ResultCode code = ldap::ResultCode::protocolError) {
  LdapWorld world;
  world.send(input);
  EXPECT_TRUE(world.script().wants().close);
  const auto replies = world.replies();
  ASSERT_EQ(replies.size(), 1U) << testing::PrintToString(input);
  EXPECT_EQ(replies[0].id, 0);
  EXPECT_EQ(replies[0].op, ldap::Op::extendedResponse);
  EXPECT_EQ(replies[0].code, code);
  EXPECT_EQ(replies[0].name, std::string(ldap::oid::kNoticeOfDisconnection));
  EXPECT_EQ(replies[0].value, std::nullopt);
  EXPECT_EQ(world.counters().notices.load(), 1U);
}

TEST(LdapEnvelope, Rfc4511_4_1_1_UnusableOnesEndTheSessionWithANotice) {
  const std::vector<Octets> unusable{
      Octets{0x31, 0x00},                                      // no SEQUENCE
      Octets{'G', 'E', 'T', ' ', '/'},                         // another protocol
      Octets{0x30, 0x80, 0x02, 0x01, 0x01},                    // indefinite length
      Octets{0x30, 0x00},                                      // empty
      Octets{0x30, 0x03, 0x02, 0x01, 0x01},                    // no protocolOp
      Octets{0x30, 0x05, 0x04, 0x01, 0x01, 0x42, 0x00},        // no messageID
      Octets{0x30, 0x05, 0x02, 0x01, 0x01, 0x5f, 0x00},        // unknown protocolOp
      Octets{0x30, 0x06, 0x02, 0x01, 0x01, 0x63, 0x05, 0x00},  // inner length beyond the outer
      Octets{0x30, 0x85, 1, 0, 0, 0, 0},                       // length of five octets
      Octets{0x30, 0x05, 0x02, 0x01, 0xff, 0x42, 0x00},        // negative messageID
  };
  for (const Octets& input : unusable) expect_notice(input);
}

TEST(LdapEnvelope, Rfc4511_4_1_1_1_MessageIdZeroEndsTheSession) { expect_notice(message(0, 0x63)); }

TEST(LdapEnvelope, ResponsesSentToAServerEndTheSession) {
  for (const int tag : {0x61, 0x64, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x73, 0x78, 0x79}) {
    expect_notice(message(1, static_cast<std::uint8_t>(tag)));
  }
}

TEST(LdapEnvelope, Rfc4511_4_1_1_1_AnIdInUseEndsTheSession) {
  LdapWorld waiting;
  waiting.send(bind(1, kSlow, "pw-slow") + search(2) + search(2));
  EXPECT_TRUE(waiting.script().wants().close);
  EXPECT_EQ(waiting.said(), "0:extended(2)");

  LdapWorld binding;
  binding.send(bind(1, kSlow, "pw-slow") + search(1));
  EXPECT_EQ(binding.said(), "0:extended(2)");

  LdapWorld searching;
  searching.ask(bind(1, kAlice, "app-alice"));
  searching.send(search(2, {kFirstBase, ldap::Scope::sub, "(turns=9)"}) + search(2));
  EXPECT_EQ(searching.said(), "2:entry(cn=u7,ou=p1) 0:extended(2)");
}

TEST(LdapEnvelope, AnIdMayBeUsedAgainOnceAnswered) {
  LdapWorld world;
  EXPECT_EQ(world.ask(search(1) + search(1)), "1:done(50) 1:done(50)");
}

TEST(LdapEnvelope, Rfc4511_4_TrailingElementsAreSkipped) {
  LdapWorld world;
  // The body of an anonymous bind with an unknown element behind the authentication.
  const Octets body{0x02, 0x01, 0x03, 0x04, 0x00, 0x80, 0x00, 0x8f, 0x01, 0x00};
  EXPECT_EQ(world.ask(message(1, 0x60, body)), "1:bind(0)");
}

TEST(LdapPduLimit, L79_AnonymousIsSmallerThanBound) {
  outpost::LdapSettings settings;
  settings.max_pdu_anonymous = 1024;
  settings.max_pdu_bound = 4096;
  const auto padded = [](std::int32_t id, std::size_t octets) {
    return search(id, {kFirstBase, ldap::Scope::sub, "(cn=" + std::string(octets, 'x') + ")"});
  };
  LdapWorld anonymous(settings);
  EXPECT_EQ(anonymous.ask(padded(1, 800)), "1:done(50)");
  EXPECT_EQ(anonymous.ask(padded(2, 1200)), "0:extended(2)");
  EXPECT_TRUE(anonymous.script().wants().close);

  LdapWorld bound(settings);
  bound.ask(bind(1, kAlice, "app-alice"));
  EXPECT_EQ(bound.ask(padded(2, 3000)), "2:entry(cn=u7,ou=p1) 2:done(0)");
  EXPECT_EQ(bound.ask(padded(3, 5000)), "0:extended(2)");
}

TEST(LdapPduLimit, TheHeaderAloneIsEnoughToRefuse) {
  expect_notice(Octets{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff});
}

TEST(LdapDeadline, SilenceAfterConnecting) {
  LdapWorld world;
  world.script().pass(std::chrono::milliseconds(29'999));
  EXPECT_FALSE(world.script().wants().close);
  world.script().pass(std::chrono::milliseconds(1));
  EXPECT_TRUE(world.script().wants().close);
  EXPECT_EQ(world.said(), "0:extended(52)");  // Rfc4511_4_4_1
}

TEST(LdapDeadline, IdleConnections) {
  LdapWorld world;
  world.ask(search(1));
  world.script().pass(std::chrono::seconds(299));
  EXPECT_FALSE(world.script().wants().close);
  world.ask(search(2));  // starts over
  world.script().pass(std::chrono::seconds(299));
  EXPECT_FALSE(world.script().wants().close);
  world.replies();
  world.script().pass(std::chrono::seconds(1));
  EXPECT_TRUE(world.script().wants().close);
  EXPECT_EQ(world.said(), "0:extended(52)");
}

TEST(LdapDeadline, ARequestThatTricklesIn) {
  LdapWorld world;
  const Octets request = search(1);
  for (std::size_t i = 0; i < 29; ++i) {  // an octet a second does not help
    world.send({request[i]});
    world.script().pass(std::chrono::seconds(1));
    ASSERT_FALSE(world.script().wants().close) << i;
  }
  world.send({request[29]});
  world.script().pass(std::chrono::seconds(1));
  EXPECT_TRUE(world.script().wants().close);
  EXPECT_EQ(world.said(), "0:extended(2)");
}

TEST(LdapDeadline, ALoginThatRunsIsNotIdle) {
  LdapWorld world;
  world.send(bind(1, kSlow, "pw-slow"));
  EXPECT_FALSE(world.script().wants().timer);
  world.script().pass(std::chrono::hours(1));
  EXPECT_FALSE(world.script().wants().close);
}

TEST(LdapDeadline, AClientThatNeverTakesItsAnswers) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  world.script().hold_output(true);
  for (std::int32_t id = 2; id < 8 && world.script().wants().read; ++id) {
    world.send(search(id, {kFirstBase, ldap::Scope::sub, "(octets=60000)"}));
  }
  ASSERT_FALSE(world.script().wants().read);
  world.script().pass(std::chrono::seconds(300));
  EXPECT_TRUE(world.script().wants().close);
}

TEST(LdapShutdown, Rfc4511_4_4_1_SaysUnavailable) {
  LdapWorld world;
  world.ask(bind(1, kAlice, "app-alice"));
  world.script().shutdown();
  EXPECT_TRUE(world.script().wants().close);
  const auto replies = world.replies();
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].id, 0);
  EXPECT_EQ(replies[0].code, ldap::ResultCode::unavailable);
  world.script().shutdown();  // only once
  EXPECT_EQ(world.said(), "");
}

TEST(LdapShutdown, NoClearTextIntoATlsHandshake) {
  LdapWorld world;
  world.send(extended(1, "1.3.6.1.4.1.1466.20037"));
  world.replies();
  world.script().shutdown();
  EXPECT_TRUE(world.script().wants().close);
  EXPECT_EQ(world.said(), "");
}

}  // namespace
}  // namespace postern::test
