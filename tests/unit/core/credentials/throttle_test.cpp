#include "core/credentials/throttle.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/credentials/throttle_row.h"
#include "support/fake_core.h"
#include "support/fake_login_store.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class ThrottleTest : public testing::Test {
 protected:
  milliseconds fail(UserId user, const std::string& password, ProviderId service = 1) {
    return throttle.failed(throttle.reserve({user, "", service}), password);
  }
  bool refused(UserId user, ProviderId service = 1) const {
    return throttle.refused({user, "", service});
  }

  fake::SetClock clock;
  fake::SeededRandom random;
  Throttle throttle{clock, random};
};

TEST_F(ThrottleTest, Rule5_5_DelayDoublesUpTo15Seconds) {
  const milliseconds expected[] = {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 15000ms, 15000ms};
  int i = 0;
  for (const milliseconds delay : expected)
    EXPECT_EQ(fail(1, "wrong" + std::to_string(i++)), delay);
  EXPECT_EQ(fail(1, "x", 2), 500ms) << "another service counts on its own";
}

TEST_F(ThrottleTest, Rule5_5_TenFailuresBringRefusalsThatDouble) {
  for (const milliseconds length :
       {5 * 60'000ms, 10 * 60'000ms, 20 * 60'000ms, 40 * 60'000ms, 60 * 60'000ms, 60 * 60'000ms}) {
    for (int i = 0; i < 10; ++i) {
      EXPECT_FALSE(refused(1));
      fail(1,
           "w" + std::to_string(i) + std::to_string(length.count()) + std::to_string(clock.wall()));
    }
    EXPECT_TRUE(refused(1));
    EXPECT_TRUE(throttle.reserve({1, "", 1}).refused);
    EXPECT_FALSE(refused(1, 2));
    clock.advance(length - 1ms);
    EXPECT_TRUE(refused(1));
    clock.advance(1ms);
  }
  EXPECT_FALSE(refused(1));
}

TEST_F(ThrottleTest, Rule5_5_FailuresLeaveTheWindow) {
  for (int i = 0; i < 9; ++i) fail(1, "w" + std::to_string(i));
  clock.advance(15min);
  for (int i = 0; i < 9; ++i) fail(1, "v" + std::to_string(i));
  EXPECT_FALSE(refused(1));
  fail(1, "last");
  EXPECT_TRUE(refused(1));
}

TEST_F(ThrottleTest, Rule5_5_SameWrongPasswordCountsOncePerHour) {
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(fail(1, "stale"), 500ms);
  EXPECT_FALSE(refused(1));
  for (int i = 0; i < 300; ++i) fail(1, "stale" + std::to_string(i % 3));
  EXPECT_FALSE(refused(1)) << "the last three are remembered";
  clock.advance(1h);
  EXPECT_EQ(fail(2, "stale"), 500ms);
  clock.advance(1h);
  EXPECT_EQ(fail(2, "stale"), 1000ms);
}

TEST_F(ThrottleTest, RightPasswordRefundsItsGuessAndResetsTheDelayButNotTheWindow) {
  for (int i = 0; i < 100; ++i) throttle.succeeded(throttle.reserve({1, "", 1}));
  EXPECT_EQ(throttle.rows(), 0u);
  for (int i = 0; i < 9; ++i) fail(1, "w" + std::to_string(i));
  throttle.succeeded(throttle.reserve({1, "", 1}));
  EXPECT_EQ(fail(1, "tenth"), 500ms);
  EXPECT_TRUE(refused(1));
}

TEST_F(ThrottleTest, OpenGuessesCountAgainstTheLimit) {
  ThrottleSettings settings;
  settings.settle_wait = 0ms;
  Throttle strict(clock, random, settings);
  std::vector<Throttle::Guess> open;
  for (int i = 0; i < 10; ++i) open.push_back(strict.reserve({1, "", 1}));
  EXPECT_TRUE(strict.reserve({1, "", 1}).refused);
  EXPECT_FALSE(strict.refused({1, "", 1})) << "nothing has failed yet";
  for (const auto& guess : open) strict.succeeded(guess);
  EXPECT_FALSE(strict.reserve({1, "", 1}).refused);
}

TEST_F(ThrottleTest, ManyRightPasswordsAtOnceAllGetThrough) {
  std::atomic<int> through{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([this, &through] {
      for (int n = 0; n < 50; ++n) {
        const auto guess = throttle.reserve({1, "", 1});
        if (guess.refused) continue;
        throttle.succeeded(guess);
        ++through;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(through, 32 * 50);
}

TEST_F(ThrottleTest, ParallelWrongGuessesNeverExceedTheLimit) {
  std::atomic<int> verified{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([this, &verified, i] {
      for (int n = 0; n < 20; ++n) {
        const auto guess = throttle.reserve({1, "", 1});
        if (guess.refused) continue;
        ++verified;
        throttle.failed(guess, std::to_string(i * 100 + n));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(verified, 10);
  EXPECT_TRUE(refused(1));
}

TEST_F(ThrottleTest, Rule5_5_AMillionRandomNamesAddNoUnboundedRows) {
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string name = "nobody" + std::to_string(i);
    const auto guess = throttle.reserve({0, name, 1});
    throttle.failed(guess, "pw");
  }
  EXPECT_LE(throttle.rows(), 4096u);
  fake::LoginStore store;
  throttle.flush(store);
  EXPECT_TRUE(store.throttle.empty());
}

TEST_F(ThrottleTest, UnknownNamesAreThrottledLikeUsers) {
  for (int i = 0; i < 10; ++i)
    throttle.failed(throttle.reserve({0, "ghost", 1}), std::to_string(i));
  EXPECT_TRUE(throttle.reserve({0, "ghost", 1}).refused);
  EXPECT_FALSE(throttle.reserve({0, "other", 1}).refused);
}

TEST_F(ThrottleTest, Rule5_5_AppPasswordFailuresHaveTheirOwnBucket) {
  for (int i = 0; i < 50; ++i) throttle.app_password_failed("10.0.0.1", "alice");
  EXPECT_EQ(throttle.app_password_failed("10.0.0.1", "alice"), 15s);
  EXPECT_EQ(throttle.app_password_failed("10.0.0.2", "alice"), 500ms);
  EXPECT_EQ(throttle.app_password_failed("10.0.0.1", "bob"), 500ms);
  EXPECT_FALSE(refused(1));
}

TEST_F(ThrottleTest, Rule5_5_SourceCountsDistinctUsersAndAlertsOnce) {
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(throttle.source_failed("10.0.0.1", "alice"));
  int alerts = 0;
  for (int i = 0; i < 5000; ++i)
    alerts += throttle.source_failed("10.0.0.1", "u" + std::to_string(i)) ? 1 : 0;
  EXPECT_EQ(alerts, 1);
  clock.advance(11min);
  for (int i = 0; i < 19; ++i)
    EXPECT_FALSE(throttle.source_failed("10.0.0.1", "u" + std::to_string(i)));
  EXPECT_TRUE(throttle.source_failed("10.0.0.1", "one more"));
}

TEST_F(ThrottleTest, UnlockForgetsAllServices) {
  EXPECT_FALSE(throttle.unlock(1));
  for (int i = 0; i < 10; ++i)
    fail(1, std::to_string(i)), fail(1, std::to_string(i), 2), fail(2, std::to_string(i));
  EXPECT_TRUE(throttle.unlock(1));
  EXPECT_FALSE(refused(1));
  EXPECT_FALSE(refused(1, 2));
  EXPECT_TRUE(refused(2));
}

TEST_F(ThrottleTest, FlushAndLoadCarryARefusalOverARestart) {
  fake::LoginStore store;
  for (int i = 0; i < 10; ++i) fail(1, std::to_string(i));
  fail(2, "x");
  throttle.flush(store);
  EXPECT_EQ(store.throttle.size(), 2u);
  const int calls = store.calls;
  throttle.flush(store);
  EXPECT_EQ(store.calls, calls) << "nothing changed, nothing written";

  Throttle next(clock, random);
  next.load(store);
  EXPECT_TRUE(next.refused({1, "", 1}));
  EXPECT_EQ(next.failed(next.reserve({2, "", 1}), "y"), 1000ms);
  next.unlock(1);
  next.flush(store);
  EXPECT_LE(store.throttle["u:1:1"].expires, clock.wall());
}

TEST_F(ThrottleTest, AFailedFlushIsTriedAgain) {
  fake::LoginStore store;
  fail(1, "x");
  store.fail_at = "save_throttle";
  EXPECT_THROW(throttle.flush(store), StoreError);
  store.fail_at.clear();
  throttle.flush(store);
  EXPECT_EQ(store.throttle.size(), 1u);
}

TEST_F(ThrottleTest, OffMeansNoDelayAndNoRefusal) {
  ThrottleSettings settings;
  settings.enabled = false;
  Throttle off(clock, random, settings);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(off.failed(off.reserve({1, "", 1}), std::to_string(i)), 0ms);
  EXPECT_FALSE(off.refused({1, "", 1}));
  EXPECT_EQ(off.rows(), 0u);
}

TEST(ThrottleRow, TextRoundTripsAndForeignTextIsRefused) {
  ThrottleState state;
  state.add(5);
  state.add(9);
  state.streak = 3;
  state.level = 1;
  state.refused_until = 77;
  ThrottleState read;
  ASSERT_TRUE(decode_throttle(encode_throttle(state), read));
  EXPECT_EQ(encode_throttle(read), encode_throttle(state));
  for (const char* text : {"", "2 0 0 0", "1", "1 x", "1 -1 0 0", "1 0 99 0", "1 0 0 0 x",
                           "1 99999999999999999999 0 0"}) {
    EXPECT_FALSE(decode_throttle(text, read)) << text;
  }
  UserId user = 0;
  ProviderId service = 0;
  EXPECT_TRUE(parse_throttle_key(throttle_key(12, 3), user, service));
  EXPECT_EQ(user, 12);
  EXPECT_EQ(service, 3);
  for (const char* text : {"", "u:", "u:1", "u:1:", "u:x:1", "n:1:1", "u:-1:1", "u:1:1:1"}) {
    EXPECT_FALSE(parse_throttle_key(text, user, service)) << text;
  }
}

}  // namespace
}  // namespace postern::core
