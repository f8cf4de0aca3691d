// Logins and the sessions that follow them: what an Access-Accept ties to its login, and how many
// sessions a user may have.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "sessions/radius_world.h"
#include "support/fake_network_sessions.h"

namespace postern::test {
namespace {

namespace type = radius::type;

const std::string kWireless{'\0', '\0', '\0', '\x13'};  // NAS-Port-Type 19

class RadiusLoginSessions : public ::testing::Test {
 protected:
  RadiusWorld world;
  NetworkStore store;
};

TEST_F(RadiusLoginSessions, Rfc2865_5_25_AnAcceptCarriesAClassOfItsLogin) {
  const auto answer = world.ask(Ask{});
  ASSERT_TRUE(answer.has_value());
  const auto login = world.server.classes().open(answer->text(type::class_));
  ASSERT_TRUE(login.has_value());
  EXPECT_EQ(login->user, 1);
  EXPECT_EQ(login->provider, kWifi);
  world.wifi().session_class = false;
  world.publish();
  Ask again;
  again.identifier = 9;
  EXPECT_EQ(world.ask(again)->count(type::class_), 0U);
}

TEST_F(RadiusLoginSessions, Rfc4372_2_1_AChargeableIdentityForWhoAsks) {
  Ask ask;
  EXPECT_EQ(world.ask(ask)->count(type::chargeable_user_identity), 0U);
  ask.more = {{type::chargeable_user_identity, std::string(1, '\0')}};
  ask.identifier = 2;
  const std::string first = world.ask(ask)->text(type::chargeable_user_identity);
  EXPECT_EQ(first.size(), 32U);
  EXPECT_EQ(first.find("alice"), std::string::npos);
  world.clock.advance(std::chrono::hours(1));
  ask.identifier = 3;
  EXPECT_EQ(world.ask(ask)->text(type::chargeable_user_identity), first);
}

TEST_F(RadiusLoginSessions, ASecondSessionIsRefusedWhereOneIsAllowed) {
  world.services.sessions = &store.sessions;
  world.wifi().simultaneous_use = 1;
  world.publish();
  Ask ask;
  EXPECT_EQ(world.word(ask), "accept");
  ask.identifier = 2;
  EXPECT_EQ(world.word(ask), "reject") << "its Start may be on its way";
  world.clock.advance(std::chrono::seconds(31));
  ask.identifier = 3;
  EXPECT_EQ(world.word(ask), "accept") << "no Start came";
  core::NetworkSession live;
  live.pk = 1;
  live.provider = kWifi;
  live.user = 1;
  live.started = live.seen = world.clock.wall();
  live.calling_station = "02-00-00-00-00-01";
  live.login.interim = 60;
  store.sessions.all = {live};
  world.clock.advance(std::chrono::seconds(31));
  ask.identifier = 4;
  EXPECT_EQ(world.word(ask), "reject");
  ask.identifier = 5;
  ask.more = {{type::calling_station_id, live.calling_station}, {type::nas_port_type, kWireless}};
  EXPECT_EQ(world.word(ask), "accept") << "the same device at Wi-Fi has roamed";
  world.clock.advance(std::chrono::seconds(121));
  ask.identifier = 6;
  ask.more.clear();
  EXPECT_EQ(world.word(ask), "accept") << "not heard of for twice the interval";
}

TEST_F(RadiusLoginSessions, SessionsThatCannotBeCountedLetNobodyIn) {
  world.services.sessions = &store.sessions;
  world.wifi().simultaneous_use = 1;
  world.publish();
  store.sessions.away = true;
  EXPECT_EQ(world.word(Ask{}), "silence");
}

}  // namespace
}  // namespace postern::test
