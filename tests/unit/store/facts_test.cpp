#include <array>
#include <atomic>
#include <thread>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::Uuid;
using core::Value;

constexpr int kThreads = 16;
constexpr core::WallMs kMinute = 60'000, kDay = 24 * 60 * kMinute;

// How many of kThreads that call at once are told true.
template <typename Work>
int winners(Work work) {
  std::atomic<int> won{0}, ready{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ++ready;
      while (ready < kThreads) std::this_thread::yield();
      if (work()) ++won;
    });
  }
  for (std::thread& thread : threads) thread.join();
  return won;
}

class StoreFacts : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ada = add_user("ada");
  }
  Uuid text(const Value& pk) { return Uuid(pk.as_string()); }
  std::int64_t ada = 0;
};

TEST_P(StoreFacts, Rfc6238_5_2_ATotpStepIsConsumedExactlyOnce) {
  const Uuid device = text(add(totps(), {{"user", ada}, {"name", "p"}, {"sealed_key", "00"}}));
  EXPECT_TRUE(store->consume_totp_step(device, 0));
  for (std::int64_t step = 1; step <= 100; ++step) {
    ASSERT_EQ(winners([&] { return store->consume_totp_step(device, step); }), 1) << step;
  }
  EXPECT_FALSE(store->consume_totp_step(device, 99));  // an older one is worth nothing
  EXPECT_FALSE(store->consume_totp_step(uuid(), 500));
  reopen();
  EXPECT_FALSE(store->consume_totp_step(device, 100));
}

TEST_P(StoreFacts, AStaticCodeIsConsumedExactlyOnce) {
  const Value device = add(statics(), {{"user", ada}, {"name", "p"}});
  fed();
  for (int round = 0; round < 100; ++round) {
    const auto transaction = store->begin();
    const Uuid code = uuid();
    transaction->insert(codes(),
                        {{"pk", code}, {"device", device}, {"verifier", "ab"}, {"length", 12}});
    transaction->commit();
    fed();
    ASSERT_EQ(winners([&] { return store->consume_static_code(code, 7); }), 1) << round;
    EXPECT_EQ(read(codes(), Value(code))->at("used"), Value(7));
    EXPECT_EQ(fed(), "");  // used codes are outside the feed
  }
}

TEST_P(StoreFacts, ARecoveryKeyIsConsumedExactlyOnceAndGone) {
  for (int round = 0; round < 100; ++round) {
    const Uuid token = text(
        add(tokens(),
            {{"identifier", "r" + std::to_string(round)}, {"intent", "recovery"}, {"user", ada}}));
    ASSERT_EQ(winners([&] { return store->consume_token(token); }), 1) << round;
    EXPECT_FALSE(read(tokens(), Value(token)).has_value());
  }
  const Uuid password =
      text(add(tokens(), {{"identifier", "a"}, {"intent", "app_password"}, {"user", ada}}));
  EXPECT_FALSE(store->consume_token(password));
}

TEST_P(StoreFacts, GuessesAreCountedInASlidingWindowAndADay) {
  const Uuid device = uuid(), other = uuid();
  const auto guess = [&](core::WallMs at) {
    return store->reserve_code_guess(device, at, 5, 5 * kMinute, 20);
  };
  core::WallMs now = kDay;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(guess(now + i * kMinute));
  EXPECT_FALSE(guess(now + 4 * kMinute));
  EXPECT_TRUE(store->reserve_code_guess(other, now, 5, 5 * kMinute, 20));
  EXPECT_FALSE(guess(now + 5 * kMinute - 1));
  EXPECT_TRUE(guess(now + 5 * kMinute));       // the first has left the window
  EXPECT_FALSE(guess(now + 6 * kMinute - 1));  // the second has not
  store->refund_code_guess(device);
  EXPECT_TRUE(guess(now + 6 * kMinute - 1));
  int granted = 6;
  for (now += 10 * kMinute; granted < 20; now += 2 * kMinute) granted += guess(now) ? 1 : 0;
  EXPECT_FALSE(guess(now + 60 * kMinute));
  EXPECT_FALSE(guess(2 * kDay - 1));
  EXPECT_TRUE(guess(2 * kDay));
}

TEST_P(StoreFacts, GuessesAtOnceNeverExceedTheLimit) {
  for (int round = 0; round < 20; ++round) {
    const Uuid device = uuid();
    EXPECT_EQ(winners([&] { return store->reserve_code_guess(device, kDay, 5, kMinute, 20); }), 5);
  }
}

TEST_P(StoreFacts, EventsComeNewestFirstAndLastUsesOnlyGrow) {
  const Uuid token = text(add(tokens(), {{"identifier", "t"}, {"user", ada}}));
  fed();
  std::vector<core::Event> events(3);
  events[0] = {"login", "ldap", ada, "ada", "127.0.0.1", {{"k", {1, 2}}}, 10};
  events[1] = {"login_failed", "ldap", 0, std::string("a\0b", 3), "::1", {}, 11};
  events[2] = {"login", "ldap", ada, "ada", "127.0.0.2", {}, 12};
  const std::array<std::pair<core::UserId, core::WallMs>, 1> logins{{{ada, 12}}}, older{{{ada, 5}}};
  const std::array<std::pair<Uuid, core::WallMs>, 1> uses{{{token, 13}}};
  store->append_events(events, logins, uses);
  store->append_events({}, older, {});
  const auto all = store->events(2, "");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].client_ip, "127.0.0.2");
  EXPECT_EQ(all[1].username, "a b");
  const auto good = store->events(10, "login");
  ASSERT_EQ(good.size(), 2U);
  EXPECT_EQ(good[1].context, events[0].context);
  EXPECT_EQ(good[1].created, 10);
  EXPECT_EQ(read(users(), Value(ada))->at("last_login"), Value(12));
  EXPECT_EQ(read(tokens(), Value(token))->at("last_used"), Value(13));
  EXPECT_EQ(fed(), "");
}

TEST_P(StoreFacts, ThrottleRowsAreReplacedAndExpire) {
  using Row = core::Store::ThrottleRow;
  const core::WallMs now = clock.wall_ms;
  const std::vector<Row> first{{"a", "1", now + 10}, {"b", "1", now + 1000}};
  store->save_throttle(first);
  const std::vector<Row> second{{"b", "2", now + 2000}};
  store->save_throttle(second);
  reopen();
  EXPECT_EQ(store->load_throttle().size(), 2U);
  clock.wall_ms = now + 10;
  const auto left = store->load_throttle();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].key + left[0].state, "b2");
  EXPECT_EQ(left[0].expires, now + 2000);
}

STORE_SUITE(StoreFacts);

}  // namespace
}  // namespace postern::store
