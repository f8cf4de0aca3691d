// Sorting and windows of a sorted list, on the read model.

#include <boost/json/parse.hpp>

#include "directory/sort_cache.h"
#include "directory/sort_store.h"
#include "page_series.h"

namespace postern::test {
namespace {

std::vector<std::string> values(const std::vector<Entry>& entries, const std::string& name) {
  std::vector<std::string> out;
  for (const Entry& entry : entries) {
    const auto found = entry.of(name);
    out.push_back(found.empty() ? "-" : found.front());
  }
  return out;
}

struct Sorted : Pages {
  std::vector<std::string> ask(const std::vector<ldap::SortKey>& keys, const std::string& show,
                               const std::string& filter, std::uint32_t page = 0) {
    Series series(world, {.filter = filter, .attributes = {show}});
    series.request.extras.sort = keys;
    series.request.extras.page = page;
    std::vector<std::string> out;
    do {
      series.page();
      EXPECT_EQ(series.code, ResultCode::success);
      for (const std::string& value : values(series.entries, show)) out.push_back(value);
    } while (series.more);
    return out;
  }
};

TEST_F(Sorted, Rfc2891_1_1_ByTheAttributesOwnRuleByANamedOneAndReversed) {
  auto expected =
      values(world.search({.filter = "(objectClass=user)", .attributes = {"cn"}}).entries, "cn");
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(ask({{"cn", {}, false}}, "cn", "(objectClass=user)"), expected);
  EXPECT_EQ(ask({{"CN", "caseIgnoreOrderingMatch", false}}, "cn", "(objectClass=user)"), expected);
  EXPECT_EQ(ask({{"2.5.4.3", "2.5.13.3", false}}, "cn", "(objectClass=user)"), expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(ask({{"cn", {}, true}}, "cn", "(objectClass=user)"), expected);
  for (const std::uint32_t page : {1U, 13U, 5000U}) {
    EXPECT_EQ(ask({{"cn", {}, true}}, "cn", "(objectClass=user)", page), expected);
  }
}

TEST_F(Sorted, PagesBehindTheSecondDoNotLookAtEveryEntryAgain) {
  const std::vector<ldap::SortKey> keys{{"displayName", {}, true}};
  const Query query{.filter = "(objectClass=user)", .attributes = {"1.1"}};
  Series plain(world, query);
  plain.request.extras.sort = keys;
  const auto expected = plain.all();
  Series series(world, query);
  series.request.extras.sort = keys;
  series.request.extras.page = 50;
  series.request.extras.series = "this one";
  std::vector<std::string> seen;
  std::vector<std::uint64_t> examined;
  do {
    for (const std::string& dn : series.page()) seen.push_back(dn);
    examined.push_back(series.examined);
  } while (series.more);
  EXPECT_EQ(seen, expected);
  ASSERT_EQ(examined.size(), 14U);
  EXPECT_GE(examined[0], 700U);
  EXPECT_GE(examined[1], 700U);
  for (std::size_t page = 2; page < examined.size(); ++page) EXPECT_EQ(examined[page], 0U) << page;
}

TEST(SortCache, IsBoundedForgetsAndGivesEachRestOnce) {
  directory::SortCache cache;
  const Instant now{};
  const auto rest = [] { return std::make_unique<ldap::SearchState>(); };
  for (int i = 0; i < 100; ++i) cache.keep(std::to_string(i), rest(), now);
  EXPECT_EQ(cache.take("0", now), nullptr) << "the oldest went";
  EXPECT_NE(cache.take("99", now), nullptr);
  EXPECT_EQ(cache.take("99", now), nullptr) << "taken is taken";
  EXPECT_EQ(cache.take("98", now + directory::SortCache::kKeptFor), nullptr) << "too old";
  EXPECT_FALSE(cache.evict());
  EXPECT_NE(directory::SortCache::key_of("a", {.phase = 1, .id = 2, .key = "k"}),
            directory::SortCache::key_of("a", {.phase = 1, .id = 3, .key = "k"}));
}

TEST_F(Sorted, IntegersByValueNotByTheirDigits) {
  const auto numbers = ask({{"uidNumber", {}, false}}, "uidNumber", "(objectClass=user)");
  ASSERT_EQ(numbers.size(), 700U);
  EXPECT_EQ(numbers.front(), "2001");
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end(), [](const auto& a, const auto& b) {
    return std::stoi(a) < std::stoi(b);
  }));
}

TEST_F(Sorted, UpToThreeKeysEachInItsOwnDirection) {
  const std::vector<ldap::SortKey> keys{{"displayName", {}, false}, {"uidNumber", {}, true}};
  Series series(world,
                {.filter = "(objectClass=user)", .attributes = {"displayName", "uidNumber"}});
  series.request.extras.sort = keys;
  series.page();
  ASSERT_EQ(series.entries.size(), 700U);
  for (std::size_t i = 1; i < series.entries.size(); ++i) {
    const std::string before = series.entries[i - 1].of("displayName")[0],
                      now = series.entries[i].of("displayName")[0];
    ASSERT_LE(before, now);
    if (before != now) continue;
    ASSERT_GT(std::stoi(series.entries[i - 1].of("uidNumber")[0]),
              std::stoi(series.entries[i].of("uidNumber")[0]));
  }
}

TEST_F(Sorted, Rfc2891_2_2_AnEntryWithoutTheKeyIsLargestAndTheLeastOfSeveralValuesCounts) {
  const auto user = [](core::UserId pk, const std::string& name, const std::string& more) {
    core::StoredUser made = make_user(pk, name);
    made.attributes = boost::json::parse(more).as_object();
    return made;
  };
  world.store.put_user(user(801, "odd-a", R"({"shoe": ["zz", "bb"]})"));
  world.store.put_user(user(802, "odd-b", R"({"shoe": "cc"})"));
  world.store.put_user(user(803, "odd-c", "{}"));
  world.store.put_user(user(804, "odd-d", R"({"shoe": "Aa"})"));
  world.settle();
  using Names = std::vector<std::string>;
  EXPECT_EQ(ask({{"shoe", {}, false}}, "cn", "(&(objectClass=user)(cn=odd-*))"),
            (Names{"odd-d", "odd-a", "odd-b", "odd-c"}));
  EXPECT_EQ(ask({{"shoe", {}, true}}, "cn", "(&(objectClass=user)(cn=odd-*))"),
            (Names{"odd-c", "odd-b", "odd-a", "odd-d"}));
}

TEST_F(Sorted, Rfc2891_1_2_KeysThatCannotBeSortedByAreNamedWithTheirReason) {
  const auto judge = [&](const std::vector<ldap::SortKey>& keys) {
    const ldap::SortVerdict verdict = world.model->judge_sort(keys);
    return std::make_pair(static_cast<int>(verdict.code), verdict.key);
  };
  using Verdict = std::pair<int, std::size_t>;
  EXPECT_EQ(judge({{"cn", {}, false}, {"sn", {}, true}, {"mail", {}, false}}), Verdict(0, 0));
  EXPECT_EQ(judge({{"cn", {}, false}, {"noSuchThing", {}, true}}), Verdict(16, 1));
  EXPECT_EQ(judge({{"member", {}, false}}), Verdict(18, 0));
  EXPECT_EQ(judge({{"cn", "noSuchRule", false}}), Verdict(18, 0));
  EXPECT_EQ(judge({{"cn", "caseIgnoreMatch", false}}), Verdict(18, 0));
  EXPECT_EQ(judge({{"cn", {}, false}, {"2.5.4.3", {}, true}}), Verdict(53, 1));
  EXPECT_EQ(judge({{"cn", {}, false}, {"sn", {}, false}, {"mail", {}, false}, {"uid", {}, false}}),
            Verdict(53, 3));
}

TEST(SortedMemory, TheBudgetOfTheNodeIsNotExceeded) {
  auto budget = std::make_shared<directory::MemoryBudget>(64 * 1024);
  {
    directory::SortStore store(budget), bounded(budget);
    std::uint32_t added = 0;
    while (store.add({.key = "0123456789", .phase = 1, .id = ++added}) && added < 100'000) {
    }
    EXPECT_LT(added, 64U * 1024U / 10U);
    EXPECT_LE(budget->used(), 64U * 1024U);
    EXPECT_FALSE(bounded.add({.key = std::string(60'000, 'x'), .phase = 1, .id = 1}));
  }
  EXPECT_EQ(budget->used(), 0U);
  directory::SortStore bounded(budget);
  bounded.keep_least(10);
  for (std::uint32_t id = 100'000; id != 0; --id) {
    ASSERT_TRUE(bounded.add({.key = std::to_string(id % 1000), .phase = 1, .id = id}));
  }
  bounded.finish();
  ASSERT_EQ(bounded.size(), 10U);
  EXPECT_TRUE(bounded.dropped_some());
  for (std::uint32_t rank = 0; rank < 10; ++rank) {
    bounded.rank_next();
    EXPECT_EQ(bounded.at(rank).key, "0");
    EXPECT_EQ(bounded.at(rank).id, (rank + 1) * 1000);
  }
}

// ---- windows ----

struct Windows : Sorted {
  std::vector<std::string> window(const ldap::VlvRequest& request, bool reverse = false) {
    const std::vector<ldap::SortKey> keys{{"uidNumber", {}, reverse}};
    Series series(world, {.filter = "(objectClass=user)", .attributes = {"uidNumber"}});
    series.request.extras.sort = keys;
    series.request.extras.window = &request;
    series.page();
    code = series.code;
    target = series.target;
    count = series.count;
    return values(series.entries, "uidNumber");
  }
  ResultCode code{};
  std::uint32_t target = 0, count = 0;
  using Numbers = std::vector<std::string>;
};

TEST_F(Windows, Vlv_6_ByOffset) {
  EXPECT_EQ(window({.before = 2, .after = 2, .offset = 5}),
            (Numbers{"2003", "2004", "2005", "2006", "2007"}));
  EXPECT_EQ(target, 5U);
  EXPECT_EQ(count, 700U);
  EXPECT_EQ(window({.before = 3, .after = 1, .offset = 1}), (Numbers{"2001", "2002"}));
  EXPECT_EQ(window({.before = 1, .after = 5, .offset = 700, .content_count = 700}),
            (Numbers{"2699", "2700"}));
  // The client believes in a list of 10: its fifth is our 350th.
  EXPECT_EQ(window({.offset = 5, .content_count = 10}), (Numbers{"2350"}));
  EXPECT_EQ(window({.offset = 10, .content_count = 10}), (Numbers{"2700"}));
  EXPECT_EQ(window({.offset = 9000}), (Numbers{"2700"}));
}

TEST_F(Windows, Vlv_6_OffsetOutOfRange) {
  EXPECT_EQ(window({.offset = 0}), Numbers{});
  EXPECT_EQ(code, ResultCode::offsetRangeError);
  EXPECT_EQ(window({.offset = 11, .content_count = 10}), Numbers{});
  EXPECT_EQ(code, ResultCode::offsetRangeError);
}

TEST_F(Windows, Vlv_6_ByAssertionTheFirstThatIsNotLess) {
  world.store.drop_user(300);
  world.settle();
  EXPECT_EQ(window({.before = 1, .after = 1, .assertion = "2300"}),
            (Numbers{"2299", "2301", "2302"}));
  EXPECT_EQ(target, 300U);
  EXPECT_EQ(count, 699U);
  EXPECT_EQ(window({.before = 1, .after = 1, .assertion = "9999"}), (Numbers{"2700"}));
  EXPECT_EQ(target, 700U);
  EXPECT_EQ(window({.after = 1, .assertion = "2300"}, true), (Numbers{"2299", "2298"}));
  EXPECT_EQ(window({.assertion = "no number"}), Numbers{});
  EXPECT_EQ(code, ResultCode::inappropriateMatching);
}

}  // namespace
}  // namespace postern::test
