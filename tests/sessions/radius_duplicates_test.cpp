// Retransmissions: the same octets back, one login each.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sessions/radius_world.h"

namespace postern::test {
namespace {

class RadiusDuplicates : public ::testing::Test {
 protected:
  RadiusWorld world;
  Ask ask;
};

TEST_F(RadiusDuplicates, Rfc5080_2_2_2_ARepeatGetsTheSameOctetsAndOneLogin) {
  ask.user = "bob";
  ask.password = "builder";  // a challenge, whose State differs each time it is made
  const Octets request = world.packet(ask);
  world.deliver(request);
  world.work();
  ASSERT_EQ(world.sends.size(), 1U);
  const Octets first = world.sends.back().octets;
  for (const int seconds : {0, 2, 3, 4, 5, 15}) {
    world.pass(std::chrono::seconds(seconds));
    world.deliver(request);
    EXPECT_TRUE(world.runs.empty());
    EXPECT_EQ(world.sends.back().octets, first);
  }
  EXPECT_EQ(world.sends.size(), 7U);
  EXPECT_EQ(world.login.decided, 1);
  EXPECT_EQ(world.services.counters.repeats, 6U);
}

TEST_F(RadiusDuplicates, Rfc5080_2_2_2_ARepeatWhileTheFirstRunsIsDropped) {
  const Octets request = world.packet(ask);
  for (int i = 0; i < 5; ++i) world.deliver(request);
  EXPECT_EQ(world.runs.size(), 1U);
  world.work();
  EXPECT_EQ(world.sends.size(), 1U);
  EXPECT_EQ(world.login.decided, 1);
}

TEST_F(RadiusDuplicates, ARepeatOfAHeldRefusalWaitsForIt) {
  world.login.delay = std::chrono::seconds(1);
  ask.password = "wrong";
  const Octets request = world.packet(ask);
  world.deliver(request);
  world.work();
  world.deliver(request);
  EXPECT_TRUE(world.sends.empty());
  world.pass(std::chrono::seconds(1));
  ASSERT_EQ(world.sends.size(), 1U);
  world.deliver(request);
  ASSERT_EQ(world.sends.size(), 2U);
  EXPECT_EQ(world.sends[0].octets, world.sends[1].octets);
  EXPECT_EQ(world.login.decided, 1);
}

TEST_F(RadiusDuplicates, Rfc5080_2_2_2_AfterThirtySecondsItIsANewRequest) {
  const Octets request = world.packet(ask);
  world.deliver(request);
  world.work();
  world.pass(std::chrono::seconds(30));
  world.deliver(request);
  world.work();
  EXPECT_EQ(world.login.decided, 2);
}

TEST_F(RadiusDuplicates, Rfc5080_2_2_2_AnotherAuthenticatorIsANewRequest) {
  EXPECT_EQ(world.word(ask), "accept");
  ask.salt = 1;
  EXPECT_EQ(world.word(ask), "accept");
  EXPECT_EQ(world.login.decided, 2);
}

TEST_F(RadiusDuplicates, AnotherPortOrSocketIsANewRequest) {
  const Octets request = world.packet(ask);
  world.deliver(request, RadiusWorld::peer("10.1.2.3", 1));
  world.deliver(request, RadiusWorld::peer("10.1.2.3", 2));
  DatagramPeer other = RadiusWorld::peer("10.1.2.3", 1);
  other.socket = 1;
  world.deliver(request, other);
  world.work();
  EXPECT_EQ(world.login.decided, 3);
}

TEST_F(RadiusDuplicates, Rfc5080_2_2_2_AWrongMacNeverTouchesTheCache) {
  const Octets request = world.packet(ask);
  Octets forged = request;
  forged.back() ^= 1;
  world.deliver(forged);
  EXPECT_TRUE(world.sends.empty());
  world.deliver(request);
  world.work();
  world.deliver(forged);
  EXPECT_EQ(world.sends.size(), 1U);
}

TEST_F(RadiusDuplicates, ALateAnswerDoesNotReachTheNextRequestOfItsKey) {
  Ask slow = ask;
  world.deliver(world.packet(slow));
  Ask next = ask;
  next.salt = 1;
  next.password = "app-1";
  world.deliver(world.packet(next));
  ASSERT_EQ(world.sends.size(), 1U);
  const Octets answer = world.sends.back().octets;
  world.work();  // the first one, now out of date
  world.deliver(world.packet(next));
  EXPECT_EQ(world.sends.back().octets, answer);
}

TEST_F(RadiusDuplicates, ALossyNetworkGivesOneLoginAndOneVerdictEach) {
  // Every request and answer may be lost, doubled or come late; the NAS asks up to six times.
  std::uint64_t state = 88172645463325252u;
  const auto chance = [&state](unsigned of) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % of == 0;
  };
  int answered = 0;
  for (int i = 0; i < 200; ++i) {
    ask.identifier = static_cast<std::uint8_t>(i);
    ask.salt = static_cast<std::uint8_t>(i / 4);
    const Octets request = world.packet(ask);
    const int before = world.login.decided;
    std::set<Octets> verdicts;
    for (int try_number = 0; try_number < 6; ++try_number) {
      world.sends.clear();
      if (!chance(3)) world.deliver(request);
      if (chance(4)) world.deliver(request);
      if (!chance(2)) world.work();
      for (const Outgoing& one : world.sends) {
        if (!chance(3)) verdicts.insert(one.octets);
      }
      world.pass(std::chrono::seconds(2));
    }
    world.work();
    EXPECT_LE(world.login.decided - before, 1);
    EXPECT_LE(verdicts.size(), 1U);
    answered += verdicts.empty() ? 0 : 1;
  }
  EXPECT_GT(answered, 150);
}

}  // namespace
}  // namespace postern::test
