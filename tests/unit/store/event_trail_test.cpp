// Seals of events, repeats, reputation.

#include "store/event_trail.h"

#include "store/repeats.h"
#include "unit/store/fixture.h"

namespace postern::store {
namespace {

class StoreEventTrail : public StoreTest {
 protected:
  void append(int count) {
    std::vector<core::Event> events(static_cast<std::size_t>(count));
    for (core::Event& one : events) {
      one.action = "login";
      one.username = "ada";
      one.created = ++created_;
    }
    store->append_events(events, {}, {});
  }
  void change(const char* sql) {
    const auto database = GetParam().database(folder.path);
    database->writer()->execute(sql, {});
  }
  core::WallMs created_ = 0;
};

TEST_P(StoreEventTrail, AWholeTrailIsWholeAndItsHeadMoves) {
  append(3);
  const core::TrailReport first = store->verify_events();
  EXPECT_EQ(first.sealed, 3);
  EXPECT_FALSE(first.broken);
  append(2500);
  const core::TrailReport second = store->verify_events();
  EXPECT_EQ(second.sealed, 2503);
  EXPECT_FALSE(second.broken);
  EXPECT_NE(first.head, second.head);
}

TEST_P(StoreEventTrail, AChangeARemovalAndAnInsertionAreFound) {
  append(5);
  change(R"(update events set "username" = 'eve' where "pk" = 3)");
  EXPECT_EQ(store->verify_events().broken, 3);
  change(R"(update events set "username" = 'ada' where "pk" = 3)");
  EXPECT_FALSE(store->verify_events().broken);
  change(R"(delete from events where "pk" = 2)");
  EXPECT_EQ(store->verify_events().broken, 3);
}

TEST_P(StoreEventTrail, MissingAtTheEndIsSeen) {
  append(5);
  change(R"(delete from events where "pk" = 5)");
  EXPECT_EQ(store->verify_events().broken, 5);
}

TEST_P(StoreEventTrail, RetentionTakesTheOldestAndTheRestStaysWhole) {
  append(10);
  EXPECT_EQ(store->prune_events(5, 100), 4U);
  EXPECT_EQ(store->prune_events(5, 100), 0U);
  EXPECT_EQ(store->prune_events(9, 2), 2U);
  append(1);
  const core::TrailReport report = store->verify_events();
  EXPECT_EQ(report.sealed, 5);
  EXPECT_FALSE(report.broken);
  EXPECT_EQ(store->prune_events(1'000'000, 100), 5U);
  append(1);
  EXPECT_FALSE(store->verify_events().broken);
}

TEST_P(StoreEventTrail, EventsFromBeforeTheChainAreCountedApart) {
  change(R"(insert into events ("action", "app", "user_pk", "username", "client_ip", "context",
            "created") values ('login', '', 1, 'old', '', '{}', 1))");
  append(2);
  const core::TrailReport report = store->verify_events();
  EXPECT_EQ(report.unsealed, 1);
  EXPECT_EQ(report.sealed, 2);
  EXPECT_FALSE(report.broken);
}

TEST_P(StoreEventTrail, ReputationStaysWithinItsLimitsPerNameAndAddress) {
  const std::vector<core::ReputationChange> changes{
      {"ada", "192.0.2.1", -3}, {"ada", "192.0.2.2", 1}, {"bob", "192.0.2.1", -100}};
  store->add_reputation(changes);
  store->add_reputation(changes);
  const core::Model& scores = model("authentik_policies_reputation.reputation");
  core::ListQuery query;
  query.order = "score";
  query.equals["identifier"] = "ada";
  const auto rows = store->list(scores, query);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("score"), core::Value(-5));
  EXPECT_EQ(rows[1].at("score"), core::Value(2));
  query.equals["identifier"] = "bob";
  EXPECT_EQ(store->list(scores, query).front().at("score"), core::Value(-5));
}

STORE_SUITE(StoreEventTrail);

core::Event failure(core::WallMs at, const char* name = "ada",
                    const char* reason = "wrong_password") {
  core::Event out;
  out.action = "login_failed";
  out.username = name;
  out.created = at;
  out.context["reason"] = reason;
  out.context["request_id"] = std::to_string(at);
  return out;
}

TEST(Repeats, TheSameWithinTheWindowIsCountedAndToldAtItsEnd) {
  Repeats repeats(1000);
  EXPECT_FALSE(repeats.takes(failure(0)));
  EXPECT_TRUE(repeats.takes(failure(10)));
  EXPECT_TRUE(repeats.takes(failure(999)));
  EXPECT_FALSE(repeats.takes(failure(20, "bob")));
  EXPECT_FALSE(repeats.takes(failure(20, "ada", "throttled")));
  EXPECT_TRUE(repeats.over(999).empty());
  const auto told = repeats.over(1000);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().context.at("count"), core::Value(2));
  EXPECT_FALSE(repeats.takes(failure(1001)));
}

TEST(Repeats, ChangesAreNeverHeldTogether) {
  Repeats repeats(1000);
  core::Event written = failure(0);
  written.action = "model_updated";
  EXPECT_FALSE(repeats.takes(written));
  EXPECT_FALSE(repeats.takes(written));
}

}  // namespace
}  // namespace postern::store
