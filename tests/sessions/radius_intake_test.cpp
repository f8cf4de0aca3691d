// Who asks: clients by longest prefix, several secrets and providers, Message-Authenticator.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sessions/radius_world.h"

namespace postern::test {
namespace {

class RadiusIntake : public ::testing::Test {
 protected:
  RadiusWorld world;
  Ask ask;
};

TEST_F(RadiusIntake, Rfc2865_3_AnUnknownClientIsDroppedAndListed) {
  EXPECT_EQ(world.word(ask, RadiusWorld::peer("192.0.2.1")), "silence");
  EXPECT_EQ(world.last_cause(), "unknown client");
  EXPECT_EQ(world.observations.recent().front().source, "192.0.2.1");
}

TEST_F(RadiusIntake, Rfc2865_5_32_ANasIdentifierMakesNoClient) {
  ask.nas_identifier = "10.1.2.3";
  EXPECT_EQ(world.word(ask, RadiusWorld::peer("192.0.2.1")), "silence");
}

TEST_F(RadiusIntake, TheLongestPrefixWinsWhateverTheOrder) {
  core::RadiusProvider& vpn = world.add_vpn();
  vpn.networks = {*core::parse_network("10.1.0.0/16"), *core::parse_network("2001:db8::/32")};
  for (int order = 0; order < 2; ++order) {
    std::reverse(world.providers.begin(), world.providers.end());
    world.publish();
    ask.identifier = static_cast<std::uint8_t>(order * 4);
    ask.secret = "radius-secret-2";
    EXPECT_EQ(world.word(ask), "accept");
    EXPECT_EQ(world.login.last.provider, kVpn);
    ask.identifier++;
    EXPECT_EQ(world.word(ask, RadiusWorld::peer("2001:db8::7")), "accept");
    ask.identifier++;
    ask.secret = kSecretText;
    EXPECT_EQ(world.word(ask, RadiusWorld::peer("10.2.0.1")), "accept");
    EXPECT_EQ(world.login.last.provider, kWifi);
    EXPECT_EQ(world.word(ask), "silence") << "the shorter prefix is not tried";
    EXPECT_EQ(world.word(ask, RadiusWorld::peer("2001:db9::7")), "silence");
  }
}

TEST_F(RadiusIntake, AMappedIpv4AddressEqualsAPlainOne) {
  EXPECT_EQ(world.word(ask, RadiusWorld::peer("::ffff:10.1.2.3")), "accept");
}

TEST_F(RadiusIntake, Rfc3579_3_2_AWrongMacIsDropped) {
  ask.secret = "another";
  EXPECT_EQ(world.word(ask), "silence");
  EXPECT_NE(world.last_cause().find("Message-Authenticator"), std::string::npos);
}

TEST_F(RadiusIntake, Blast02_WithoutAMacAnOldClientIsServed) {
  ask.mac = false;
  EXPECT_EQ(world.word(ask), "accept");
}

TEST_F(RadiusIntake, Blast02_AProviderMayRequireTheMac) {
  world.wifi().message_authenticator_required = true;
  world.publish();
  ask.mac = false;
  EXPECT_EQ(world.word(ask), "silence");
  ask.mac = true;
  EXPECT_EQ(world.word(ask), "accept");
}

TEST_F(RadiusIntake, Blast02_ProxyStateNeedsTheMac) {
  ask.mac = false;
  ask.proxy_states = {"p"};
  EXPECT_EQ(world.word(ask), "silence");
  EXPECT_NE(world.last_cause().find("Proxy-State"), std::string::npos);
}

TEST_F(RadiusIntake, Rfc3579_3_1_EapNeedsTheMac) {
  ask.mac = false;
  ask.password.clear();
  ask.more = {{radius::type::eap_message, std::string("\x02\x01\x00\x04", 4)}};
  EXPECT_EQ(world.word(ask), "silence");
}

TEST_F(RadiusIntake, SecretsAreRotatedWithoutLosingARequest) {
  world.wifi().secrets = {world.seal("the-new-secret"), world.seal(kSecretText)};
  world.publish();
  EXPECT_EQ(world.word(ask), "accept");
  ask.identifier = 2;
  ask.secret = "the-new-secret";
  EXPECT_EQ(world.word(ask), "accept");
  ask.identifier = 3;
  ask.mac = false;
  EXPECT_EQ(world.word(ask), "silence") << "without a MAC nothing tells the secrets apart";
}

TEST_F(RadiusIntake, TwoNasBehindOneAddressAreToldApartByTheirSecrets) {
  world.add_vpn();
  world.publish();
  EXPECT_EQ(world.word(ask), "accept");
  EXPECT_EQ(world.login.last.provider, kWifi);
  ask.identifier = 2;
  ask.secret = "radius-secret-2";
  EXPECT_EQ(world.word(ask), "accept");
  EXPECT_EQ(world.login.last.provider, kVpn);
}

TEST_F(RadiusIntake, NasIdentifierSelectsAmongProvidersOfOneSecret) {
  core::RadiusProvider& vpn = world.add_vpn();
  vpn.secrets = {world.seal(kSecretText)};
  vpn.nas_identifiers = {"gateway"};
  world.publish();
  ask.nas_identifier = "gateway";
  EXPECT_EQ(world.word(ask), "accept");
  EXPECT_EQ(world.login.last.provider, kVpn);
  ask.identifier = 2;
  ask.nas_identifier = "somebody";
  EXPECT_EQ(world.word(ask), "accept");
  EXPECT_EQ(world.login.last.provider, kWifi);
  world.wifi().nas_identifiers = {"ap"};
  world.publish();
  ask.identifier = 3;
  EXPECT_EQ(world.word(ask), "silence");
}

TEST_F(RadiusIntake, AChangedConfigurationIsTakenAtTheNextPacket) {
  EXPECT_EQ(world.word(ask), "accept");
  world.wifi().networks = {*core::parse_network("172.16.0.0/12")};
  world.publish();
  ask.identifier = 2;
  EXPECT_EQ(world.word(ask), "silence");
  EXPECT_EQ(world.word(ask, RadiusWorld::peer("172.16.1.1")), "accept");
}

TEST_F(RadiusIntake, ASecretThatDoesNotOpenServesNobody) {
  world.wifi().secrets = {"not sealed"};
  world.publish();
  EXPECT_EQ(world.word(ask), "silence");
}

TEST_F(RadiusIntake, TheListOfDropsIsBounded) {
  for (int i = 0; i < 100; ++i) {
    const std::string address = "192.0.2." + std::to_string(i);
    world.deliver(world.packet(ask), RadiusWorld::peer(address));
  }
  EXPECT_EQ(world.observations.recent().size(), core::Observations::kKept);
  ASSERT_EQ(world.observations.counts().size(), 1U);
  EXPECT_EQ(world.observations.counts().front().second, 100U);
}

}  // namespace
}  // namespace postern::test
