#include "core/credentials/recent_verification.h"

#include <gtest/gtest.h>

#include "support/fake_core.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;

TEST(RecentVerification, BoundToUserServiceGenerationAndPassword) {
  fake::SetClock clock;
  fake::SeededRandom random;
  RecentVerifications recent(clock, random);
  recent.remember(7, 1, 3, "pw");
  EXPECT_TRUE(recent.verify(7, 1, 3, "pw"));
  EXPECT_FALSE(recent.verify(7, 1, 3, "pW"));
  EXPECT_FALSE(recent.verify(7, 1, 3, ""));
  EXPECT_FALSE(recent.verify(7, 2, 3, "pw"));
  EXPECT_FALSE(recent.verify(8, 1, 3, "pw"));
  EXPECT_FALSE(recent.verify(7, 1, 4, "pw"));
  EXPECT_FALSE(recent.verify(7, 1, 2, "pw"));
  EXPECT_FALSE(recent.verify(0, 1, 3, "pw"));
  EXPECT_FALSE(recent.verify(7, 1, 0, "pw"));
}

TEST(RecentVerification, EndsAfterItsLifetimeAndDoesNotSlide) {
  fake::SetClock clock;
  fake::SeededRandom random;
  RecentVerifications recent(clock, random, 5min);
  recent.remember(7, 1, 3, "pw");
  clock.advance(5min - 1ms);
  EXPECT_TRUE(recent.verify(7, 1, 3, "pw"));
  clock.advance(1ms);
  EXPECT_FALSE(recent.verify(7, 1, 3, "pw"));
}

TEST(RecentVerification, OffRemembersNothing) {
  fake::SetClock clock;
  fake::SeededRandom random;
  RecentVerifications recent(clock, random, 0ms);
  recent.remember(7, 1, 3, "pw");
  EXPECT_FALSE(recent.verify(7, 1, 3, "pw"));
}

TEST(RecentVerification, NewestTakesTheRowAndManyUsersFit) {
  fake::SetClock clock;
  fake::SeededRandom random;
  RecentVerifications recent(clock, random);
  recent.remember(7, 1, 3, "old");
  recent.remember(7, 1, 4, "new");
  EXPECT_FALSE(recent.verify(7, 1, 3, "old"));
  EXPECT_TRUE(recent.verify(7, 1, 4, "new"));
  int kept = 0;
  for (UserId user = 1; user <= 200'000; ++user) recent.remember(user, 1, 1, "pw");
  for (UserId user = 1; user <= 200'000; ++user) kept += recent.verify(user, 1, 1, "pw") ? 1 : 0;
  EXPECT_LE(kept, static_cast<int>(RecentVerifications::kRows));
  EXPECT_GT(kept, 50'000);
}

}  // namespace
}  // namespace postern::core
