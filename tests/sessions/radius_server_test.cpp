// Access-Requests and Status-Server through the whole server: PAP, challenges, refusals.

#include <gtest/gtest.h>

#include <tuple>

#include "sessions/radius_world.h"
#include "support/radius_octets.h"

namespace postern::test {
namespace {

namespace type = radius::type;

class RadiusServerTest : public ::testing::Test {
 protected:
  RadiusWorld world;

  static Ask as(std::string user, std::string password) {
    Ask ask;
    ask.user = std::move(user);
    ask.password = std::move(password);
    return ask;
  }
  Ask with_state(std::string user, std::string code, std::string state) {
    Ask ask = as(std::move(user), std::move(code));
    ask.identifier = 2;
    ask.state = std::move(state);
    return ask;
  }
};

TEST_F(RadiusServerTest, Rfc2865_4_2_TheRightPasswordIsAccepted) {
  EXPECT_EQ(world.word(as("alice", "wonder")), "accept");
  EXPECT_EQ(world.login.last.provider, kWifi);
  EXPECT_EQ(world.login.last.client, "10.1.2.3");
  EXPECT_EQ(world.login.last.protocol, core::Protocol::radius);
}

TEST_F(RadiusServerTest, Rfc2865_4_3_TheWrongPasswordIsRejected) {
  EXPECT_EQ(world.word(as("alice", "wander")), "reject");
  EXPECT_EQ(world.word(as("nobody", "wonder")), "reject");
  EXPECT_EQ(world.word(as("carol", "singer")), "reject");
}

TEST_F(RadiusServerTest, AnAppPasswordIsDecidedAtOnce) {
  world.deliver(world.packet(as("alice", "app-1")));
  EXPECT_TRUE(world.runs.empty());
  EXPECT_EQ(world.sends.size(), 1U);
}

TEST_F(RadiusServerTest, Rfc2865_5_33_ProxyStatesComeBackInOrder) {
  using Code = radius::Code;
  const std::tuple<const char*, const char*, Code> cases[] = {
      {"alice", "wonder", Code::access_accept},
      {"alice", "wrong", Code::access_reject},
      {"bob", "builder", Code::access_challenge}};
  for (const auto& [user, password, code] : cases) {
    Ask ask = as(user, password);
    ask.proxy_states = {"first", std::string("\0second", 7), "third"};
    const auto answer = world.ask(ask);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->code, code);
    std::vector<std::string> found;
    for (const auto& [kind, value] : answer->attributes) {
      if (kind == type::proxy_state) found.push_back(value);
    }
    EXPECT_EQ(found, ask.proxy_states);
    world.pass(std::chrono::seconds(31));
  }
}

TEST_F(RadiusServerTest, Rfc2865_4_1_ANasWithoutANameIsServedAndCounted) {
  EXPECT_EQ(world.word(as("alice", "wonder")), "accept");
  EXPECT_EQ(world.services.counters.unnamed, 1U);
  Ask named = as("alice", "wonder");
  for (const std::uint8_t kind :
       {type::nas_identifier, type::nas_ip_address, type::nas_ipv6_address}) {  // Rfc3162_2_1
    ++named.identifier;
    named.more = {{kind, kind == type::nas_ipv6_address ? std::string(16, 'n') : "host"}};
    EXPECT_EQ(world.word(named), "accept");
  }
  EXPECT_EQ(world.services.counters.unnamed, 1U);
}

TEST_F(RadiusServerTest, Rfc2865_4_1_TwoKindsOfCredentialsAreRejected) {
  Ask ask = as("alice", "wonder");
  ask.more = {{type::chap_password, std::string(17, 'c')}};
  EXPECT_EQ(world.word(ask), "reject");
  EXPECT_EQ(world.login.decided, 0);
}

TEST_F(RadiusServerTest, Rfc2865_4_1_NoCredentialsAreRejected) {
  EXPECT_EQ(world.word(as("alice", "")), "reject");
  EXPECT_EQ(world.word(as("", "wonder")), "reject");
}

TEST_F(RadiusServerTest, Rfc2865_2_2_ChapIsHeldAgainstANetworkPassword) {
  world.login.users["alice"].network = "arctangent";
  Ask ask = as("alice", "");
  const auto chap = [&](std::string_view password, std::string_view challenge) {
    const radius::Md5 digest = world.digests.md5(
        {radius::as_octets("\x16"), radius::as_octets(password), radius::as_octets(challenge)});
    return "\x16" + std::string(digest.begin(), digest.end());
  };
  ask.more = {{type::chap_password, chap("arctangent", "challenge")},
              {type::chap_challenge, "challenge"}};
  EXPECT_EQ(world.word(ask), "accept");
  ask.identifier = 2;
  ask.more[0].second = chap("wonder", "challenge");
  EXPECT_EQ(world.word(ask), "reject") << "the account's password";
  ask.identifier = 3;
  ask.more = {{type::chap_password, chap("arctangent", std::string(16, 0x40))}};
  EXPECT_EQ(world.word(ask), "accept") << "the Request Authenticator is the challenge";
}

TEST_F(RadiusServerTest, Rfc2548_2_AResponseWithoutItsChallengeIsRejectedUndecided) {
  Ask ask = as("alice", "");
  const std::string response("\0\0\x01\x37\x19\x34", 6);
  ask.more = {{type::vendor_specific, response + std::string(50, 'm')}};
  EXPECT_EQ(world.word(ask), "reject");
  ask.identifier = 2;
  ask.more.emplace_back(type::vendor_specific,
                        std::string("\0\0\x01\x37\x0b\x0a", 6) + std::string(8, 'c'));
  EXPECT_EQ(world.word(ask), "reject") << "a challenge of the other version";
  EXPECT_EQ(world.login.decided, 0);
}

TEST_F(RadiusServerTest, Rfc2865_5_2_AnOddPasswordLengthIsRejected) {
  Ask ask = as("alice", "");
  ask.more = {{type::user_password, std::string(17, 'x')}};
  EXPECT_EQ(world.word(ask), "reject");
}

TEST_F(RadiusServerTest, Rfc3579_2_6_3_ARejectOfEapHoldsEapFailure) {
  Ask ask = as("alice", "");
  ask.more = {{type::eap_message, std::string("\x02\x09\x00\x0a\x01"
                                              "alice",
                                              10)}};
  const auto answer = world.ask(ask);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->code, radius::Code::access_reject);
  EXPECT_EQ(answer->text(type::eap_message), std::string("\x04\x09\x00\x04", 4));
  EXPECT_EQ(answer->count(type::reply_message), 0U) << "3579-09";
}

TEST_F(RadiusServerTest, Rfc3579_4_3_6_WhereEapIsRequiredAPasswordIsRejectedUndecided) {
  world.wifi().eap_required = true;
  world.publish();
  world.login.users["alice"].network = "arctangent";
  EXPECT_EQ(world.word(as("alice", "wonder")), "reject");
  EXPECT_EQ(world.word(as("bob", "builder")), "reject") << "and not asked for a code";
  Ask chap = as("alice", "");
  chap.more = {{type::chap_password, std::string(17, 'c')}};
  EXPECT_EQ(world.word(chap), "reject");
  EXPECT_EQ(world.login.decided, 0);
}

TEST_F(RadiusServerTest, Rfc5080_2_1_1_AuthorizeOnlyWithoutStateIsRejected) {
  Ask ask = as("alice", "wonder");
  ask.more = {{type::service_type, std::string("\0\0\0\x11", 4)}};
  EXPECT_EQ(world.word(ask), "reject");
}

TEST_F(RadiusServerTest, Rfc2865_4_4_AChallengeAsksForTheCode) {
  const auto answer = world.ask(as("bob", "builder"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->code, radius::Code::access_challenge);
  EXPECT_EQ(answer->count(type::state), 1U);
  EXPECT_FALSE(answer->text(type::reply_message).empty());
  const auto granted = world.ask(with_state("bob", "123456", answer->text(type::state)));
  ASSERT_TRUE(granted.has_value());
  EXPECT_EQ(granted->code, radius::Code::access_accept);
  EXPECT_EQ(granted->count(type::state), 0U);
}

TEST_F(RadiusServerTest, AWrongCodeIsAskedForAgainUntilItIsEnough) {
  auto answer = world.ask(as("bob", "builder"));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(answer.has_value());
    Ask next = with_state("bob", "000000", answer->text(type::state));
    next.identifier = static_cast<std::uint8_t>(10 + i);
    answer = world.ask(next);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->code, radius::Code::access_challenge);
  }
  EXPECT_EQ(world.word(with_state("bob", "000000", answer->text(type::state))), "reject");
}

TEST_F(RadiusServerTest, Rfc2865_5_24_AStateIsBoundToClientAndName) {
  const auto answer = world.ask(as("bob", "builder"));
  const std::string state = answer->text(type::state);
  EXPECT_EQ(world.word(with_state("bob", "123456", state), RadiusWorld::peer("10.9.9.9")),
            "reject");
  EXPECT_EQ(world.word(with_state("alice", "123456", state)), "reject");
  std::string altered = state;
  altered.back() = static_cast<char>(altered.back() ^ 1);
  Ask other = with_state("bob", "123456", altered);
  other.identifier = 3;
  EXPECT_EQ(world.word(other), "reject");
  other = with_state("bob", "123456", "made up");
  other.identifier = 4;
  EXPECT_EQ(world.word(other), "reject");
  EXPECT_EQ(world.login.decided, 1) << "the core was not asked";
}

TEST_F(RadiusServerTest, AStateIsGoodForTwoMinutes) {
  const std::string state = world.ask(as("bob", "builder"))->text(type::state);
  world.clock.advance(std::chrono::seconds(121));
  EXPECT_EQ(world.word(with_state("bob", "123456", state)), "reject");
}

TEST_F(RadiusServerTest, AStateOfAnotherProviderIsRejected) {
  const std::string state = world.ask(as("bob", "builder"))->text(type::state);
  world.wifi().networks = {*core::parse_network("172.16.0.0/12")};
  core::RadiusProvider& vpn = world.add_vpn();
  vpn.secrets = {world.seal(kSecretText)};
  world.publish();
  EXPECT_EQ(world.word(with_state("bob", "123456", state)), "reject");
}

TEST_F(RadiusServerTest, ARefusalIsHeldBackButNotForTwoSeconds) {
  world.login.delay = std::chrono::seconds(15);
  world.deliver(world.packet(as("alice", "wrong")));
  world.work();
  EXPECT_TRUE(world.sends.empty());
  ASSERT_TRUE(world.timer.has_value());
  EXPECT_LE(*world.timer - world.now, std::chrono::milliseconds(1500));
  world.pass(std::chrono::milliseconds(1500));
  EXPECT_EQ(world.sends.size(), 1U);
}

TEST_F(RadiusServerTest, WhatCannotBeDecidedIsNotAnsweredAndServedWhenAskedAgain) {
  world.login.unavailable = true;
  EXPECT_EQ(world.word(as("alice", "wonder")), "silence");
  world.login.unavailable = false;
  EXPECT_EQ(world.word(as("alice", "wonder")), "accept");
}

TEST_F(RadiusServerTest, AFullLaneIsSilenceAndTheRetryIsServed) {
  world.deliver(world.packet(as("alice", "wonder")));
  world.refuse_work();
  EXPECT_TRUE(world.sends.empty());
  EXPECT_EQ(world.word(as("alice", "wonder")), "accept");
}

TEST_F(RadiusServerTest, Rfc5997_4_2_StatusServerIsAnsweredWhileLoginsCanBeDecided) {
  Ask ask = as("", "");
  ask.code = radius::Code::status_server;
  EXPECT_EQ(world.word(ask), "accept");
  world.login.unavailable = true;
  EXPECT_EQ(world.word(ask), "silence");
}

TEST_F(RadiusServerTest, Rfc5997_3_StatusServerNeedsAMacAndNoCredentials) {
  Ask ask = as("", "");
  ask.code = radius::Code::status_server;
  ask.mac = false;
  EXPECT_EQ(world.word(ask), "silence");
  ask.mac = true;
  ask.password = "wonder";
  EXPECT_EQ(world.word(ask), "silence");
  EXPECT_EQ(world.login.decided, 0);
}

TEST_F(RadiusServerTest, HostileOctetsAreDroppedWithACause) {
  world.deliver(Octets(7, 0xff));
  world.deliver(from_hex_text("01 00 00 15 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01"));
  world.deliver(raw_packet(2, 1, {}, {}));
  EXPECT_TRUE(world.sends.empty());
  EXPECT_EQ(world.services.counters.dropped, 3U);
  EXPECT_EQ(world.observations.recent().size(), 3U);
}

TEST_F(RadiusServerTest, PaddingBehindThePacketIsIgnored) {
  Octets octets = world.packet(as("alice", "app-1"));
  octets.resize(octets.size() + 30, 0);
  world.deliver(octets);
  EXPECT_EQ(world.sends.size(), 1U);
}

}  // namespace
}  // namespace postern::test
