// Counts by value and time, held against counting by hand.

#include <map>
#include <random>
#include <set>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::Value;
using core::Where;

constexpr core::WallMs kEarliest = 1'700'000'000'000, kHour = 3'600'000;

class StoreFigures : public StoreTest {
 protected:
  // Of a few days, in no order of time, with pairs within one millisecond.
  void append(int count) {
    constexpr const char* kActions[] = {"login", "login_failed", "logout", "model_created"};
    std::vector<core::Event> events(static_cast<std::size_t>(count));
    for (core::Event& one : events) {
      one.action = kActions[random_() % 4];
      one.user = static_cast<core::UserId>(random_() % 7);
      one.username = "user" + std::to_string(one.user);
      one.client_ip = random_() % 2 == 0 ? "192.0.2.1" : "192.0.2.2";
      one.created = kEarliest + static_cast<core::WallMs>(random_() % (4 * 24 * kHour));
      if (random_() % 10 == 0) one.created -= one.created % kHour;  // on the hour
      one.context["service"] = random_() % 4;
      if (random_() % 3 == 0) one.context["count"] = random_() % 50;
      if (random_() % 5 == 0) one.context["model"] = "a.b";
    }
    store->append_events(events, {}, {});
  }
  core::ListQuery some_query() {
    core::ListQuery query;
    query.order = "-pk";
    query.limit = 1 + random_() % 50;  // makes no difference
    query.offset = random_() % 5;
    if (random_() % 2 == 0) query.equals["username"] = "user" + std::to_string(random_() % 8);
    if (random_() % 2 == 0) {
      const auto when = kEarliest + static_cast<core::WallMs>(random_() % (5 * 24 * kHour));
      query.where.push_back({"created", Where::Is::greater, {Value(when)}});
    }
    if (random_() % 3 == 0) {
      query.where.push_back({"action", Where::Is::in, {Value("login"), Value("logout")}});
    }
    if (random_() % 4 == 0) query.equals["context"] = core::Object{{"model", "a.b"}};
    if (random_() % 5 == 0) {
      query.search = "0.2.1";
      query.search_in = {"client_ip"};
    }
    return query;
  }
  const core::Model& events_ = model("authentik_events.event");
  std::mt19937 random_{20261122};
};

TEST_P(StoreFigures, CountsOverTheWholeListingAreThoseOfCountingByHand) {
  append(12'000);
  for (int round = 0; round < 60; ++round) {
    const core::ListQuery query = some_query();
    core::ListQuery all = query;
    all.limit = 1'000'000;
    all.offset = 0;
    const core::WallMs span =
        round % 3 == 0 ? kHour : 1 + static_cast<core::WallMs>(random_() % 90'000'000);
    std::map<std::pair<core::WallMs, std::string>, std::int64_t> spans;
    std::set<std::int64_t> people;
    for (const core::Object& event : store->list(events_, all)) {
      const core::WallMs at = event.at("created").as_int64();
      ++spans[{at / span * span, std::string(event.at("action").as_string())}];
      people.insert(event.at("user_pk").as_int64());
    }
    std::vector<core::Store::SpanCount> wanted;
    for (const auto& [key, count] : spans) wanted.push_back({key.first, key.second, count});
    const auto got = store->count_by_span(events_, query, "action", "created", span);
    ASSERT_EQ(got.size(), wanted.size()) << round;
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].begin, wanted[i].begin) << round;
      EXPECT_EQ(got[i].value, wanted[i].value) << round;
      EXPECT_EQ(got[i].count, wanted[i].count) << round;
    }
    EXPECT_EQ(store->count_different(events_, query, "user_pk"),
              static_cast<std::int64_t>(people.size()))
        << round;
  }
}

TEST_P(StoreFigures, LoginsAreCountedByServiceWithTheirRepetitions) {
  EXPECT_TRUE(store->logins_by_service().empty());
  append(3'000);
  std::map<std::int64_t, std::pair<std::int64_t, std::set<std::int64_t>>> wanted;
  core::ListQuery query;
  query.equals["action"] = "login";
  query.limit = 1'000'000;
  for (const core::Object& event : store->list(events_, query)) {
    const core::Object& context = event.at("context").as_object();
    const std::int64_t service = context.at("service").as_int64();
    if (service == 0) continue;
    wanted[service].first += context.contains("count") ? context.at("count").as_int64() : 1;
    wanted[service].second.insert(event.at("user_pk").as_int64());
  }
  const auto got = store->logins_by_service();
  ASSERT_EQ(got.size(), 3U);
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].logins, wanted[got[i].service].first);
    EXPECT_EQ(got[i].users, static_cast<std::int64_t>(wanted[got[i].service].second.size()));
    if (i > 0) {
      EXPECT_LE(got[i].logins, got[i - 1].logins);
    }
  }
}

TEST_P(StoreFigures, TheFiguresOfATimeAreReadFromAnIndexAlone) {
  append(10);
  const auto database = GetParam().database(folder.path);
  const auto reader = database->reader();
  const auto rows = reader->query(
      R"(explain query plan select "created" - "created" % $2, "action", count(*) from events
         where "created" > $1 group by 1, 2)",
      {kEarliest, kHour});
  std::string plan;
  while (rows->next()) plan += rows->text(3);
  EXPECT_NE(plan.find("COVERING INDEX events_created (created>?)"), std::string::npos) << plan;
}

TEST_P(StoreFigures, SecretsAndListsAreNotCounted) {
  EXPECT_TRUE(refused([&] { store->count_different(tokens(), {}, "sealed_key"); }));
  EXPECT_TRUE(refused([&] { store->count_by_span(users(), {}, "groups", "created", 1); }));
  EXPECT_TRUE(store->count_by_span(events_, {}, "action", "created", 0).empty());
}

STORE_SUITE(StoreFigures);

}  // namespace
}  // namespace postern::store
