#include "store/event_writer.h"

#include <thread>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

class StoreEventWriter : public StoreTest {};

core::Event event(int number) {
  core::Event out;
  out.action = "login";
  out.username = std::to_string(number);
  return out;
}

TEST_P(StoreEventWriter, WhatWasRecordedBeforeAFlushIsThereAfterIt) {
  const std::int64_t ada = add_user("ada");
  const core::Value token = add(tokens(), {{"identifier", "t"}, {"user", ada}});
  EventWriter writer(*store, {.interval = std::chrono::hours(1)});
  writer.record(event(1));
  writer.touch_last_login(ada, 20);
  writer.touch_last_login(ada, 10);
  writer.touch_token(core::Uuid(token.as_string()), 30);
  writer.flush();
  EXPECT_EQ(store->events(10, "").size(), 1U);
  EXPECT_EQ(read(users(), core::Value(ada))->at("last_login"), core::Value(20));
  EXPECT_EQ(read(tokens(), token)->at("last_used"), core::Value(30));
  EXPECT_EQ(writer.lost(), 0U);
}

TEST_P(StoreEventWriter, EveryEventOfManyThreadsIsWrittenWhenItStops) {
  {
    EventWriter writer(*store, {.interval = std::chrono::milliseconds(1), .batch = 7});
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 50; ++n) writer.record(event(n));
      });
    }
    for (std::thread& thread : threads) thread.join();
    writer.stop();
    EXPECT_EQ(writer.lost(), 0U);
    writer.record(event(0));
    EXPECT_EQ(writer.lost(), 1U);
  }
  EXPECT_EQ(store->events(1000, "").size(), 400U);
}

TEST_P(StoreEventWriter, AFullQueueLosesTheOldestAndCountsThem) {
  EventWriter writer(*store, {.interval = std::chrono::hours(1), .batch = 100, .capacity = 10});
  for (int n = 0; n < 25; ++n) writer.record(event(n));
  writer.flush();
  EXPECT_EQ(writer.lost(), 15U);
  const auto kept = store->events(100, "");
  ASSERT_EQ(kept.size(), 10U);
  EXPECT_EQ(kept.front().username, "24");
  EXPECT_EQ(kept.back().username, "15");
}

STORE_SUITE(StoreEventWriter);

}  // namespace
}  // namespace postern::store
