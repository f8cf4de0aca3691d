// Pages, sorting, windows, matched values and dereferencing, on the read model.

#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>

#include "directory/sort_cache.h"
#include "directory/sort_store.h"
#include "directory_world.h"
#include "protocols/ldap/controls.h"

namespace postern::test {
namespace {

using ldap::ResultCode;

constexpr std::string_view kUsersBase = "ou=users,dc=example,dc=org";

core::StoredUser named(core::UserId pk, const std::string& username, const std::string& name) {
  core::StoredUser user = make_user(pk, username, {1});
  user.name = name;
  user.email = username + "@example.org";
  return user;
}

// A search with extras, taken page by page.
struct Series {
  Series(World& the_world, const Query& query) : world(the_world), request(query) {}

  // One page; its DNs.
  std::vector<std::string> page() {
    ldap::SearchCursor cursor;
    if (more && !request.extras.sort.empty()) {
      request.extras.after = &at;
      cursor.sent = sent;
    } else if (more) {
      cursor.resume(at, sent);
    }
    Octets out;
    ldap::Turn turn;
    turns = 0;
    do {
      turn = world.model->search(request.search, 7, request.viewer, request.limits, request.extras,
                                 cursor, out);
      ++turns;
    } while (turn.more);
    examined = cursor.examined;
    code = turn.code;
    more = turn.page_full;
    sent = cursor.sent;
    target = cursor.window_target;
    count = cursor.window_size;
    at = request.extras.sort.empty() ? ldap::Position{cursor.phase, cursor.next, {}} : cursor.last;
    raw = out;
    entries = decode_entries(out);
    std::vector<std::string> dns;
    for (const Entry& entry : entries) dns.push_back(entry.dn);
    return dns;
  }
  std::vector<std::string> all() {
    std::vector<std::string> dns;
    pages = 0;
    do {
      const auto next = page();
      dns.insert(dns.end(), next.begin(), next.end());
      ++pages;
    } while (more && pages < 100'000);
    return dns;
  }

  World& world;
  Request request;
  ldap::Position at;
  std::uint32_t sent = 0, target = 0, count = 0;
  bool more = false;
  std::size_t pages = 0, turns = 0;
  std::uint64_t examined = 0;
  ResultCode code = ResultCode::other;
  std::vector<Entry> entries;
  Octets raw;
};

class Pages : public ::testing::Test {
 protected:
  void SetUp() override {
    world.store.put_group(make_group(1, "staff"));
    for (int pk = 1; pk <= 700; ++pk) {
      // Names run against the ids, three users to each.
      const std::string name = "Name " + std::to_string(1000 - pk / 3);
      world.store.put_user(named(pk, "user" + std::to_string(pk), name));
    }
    world.open();
  }
  static std::string dn(int pk) {
    return "cn=user" + std::to_string(pk) + "," + std::string(kUsersBase);
  }
  World world;
};

TEST_F(Pages, Rfc2696_3_PagesHaveEveryEntryOnceAndTheLastOneKnowsThatItIs) {
  const auto plain = world.search({.attributes = {"1.1"}}).dns();
  ASSERT_EQ(plain.size(), 700U * 2 + 1 + 4);
  for (const std::uint32_t size : {1U, 7U, 5U, 500U, 1000U, 1404U, 1405U, 1406U}) {
    Series series(world, {.attributes = {"1.1"}});
    series.request.extras.page = size;
    EXPECT_EQ(series.all(), plain) << size;
    EXPECT_EQ(series.pages, (plain.size() + size - 1) / size) << size;
    EXPECT_EQ(series.code, ResultCode::success);
  }
}

TEST_F(Pages, Rfc2696_3_EveryPlanIsPagedAlike) {
  const std::string group = "(memberOf=cn=staff,ou=groups,dc=example,dc=org)";
  for (const std::string& filter :
       {group, std::string("(|(uid=user1)(uid=user20)(mail=user300@example.org)(cn=staff))"),
        std::string("(cn=user1*)"), std::string("(!(cn=user1*))"), std::string("(cn=none)")}) {
    const auto plain = world.dns(filter);
    Series series(world, {.filter = filter, .attributes = {"1.1"}});
    series.request.extras.page = 3;
    EXPECT_EQ(series.all(), plain) << filter;
  }
}

TEST_F(Pages, WritesBetweenPagesLoseAndRepeatNothingThatTheyDoNotTouch) {
  const std::vector<ldap::SortKey> keys{{"displayName", {}, false}};
  for (const int kind : {0, 1, 2}) {
    const bool with_sort = kind != 0;
    Series series(world, {.filter = "(objectClass=user)", .attributes = {"1.1"}});
    series.request.extras.page = 50;
    if (kind == 2) series.request.extras.series = "kept between the pages";
    if (with_sort) series.request.extras.sort = keys;
    std::multiset<std::string> seen;
    int step = 0;
    do {
      for (const std::string& dn : series.page()) seen.insert(dn);
      // Odd numbers are rewritten, renamed in their sort key, removed and put back.
      ++step;
      for (int pk = 1; pk <= 700; pk += 6) {
        world.store.put_user(
            named(pk, "user" + std::to_string(pk), "Name " + std::to_string(step * 80)));
      }
      for (int pk = 3; pk <= 700; pk += 6) {
        if (step % 2 == 1) {
          world.store.drop_user(pk);
        } else {
          world.store.put_user(named(pk, "user" + std::to_string(pk), "Back"));
        }
      }
      world.settle();
    } while (series.more);
    for (int pk = 2; pk <= 700; pk += 2) EXPECT_EQ(seen.count(dn(pk)), 1U) << pk << kind;
    EXPECT_GT(step, 7);
    SetUp();
  }
}

TEST_F(Pages, SizeLimitCountsOverTheWholeSeries) {
  for (const bool with_sort : {false, true}) {
    const std::vector<ldap::SortKey> keys{{"cn", {}, false}};
    Series series(world, {.filter = "(objectClass=user)", .attributes = {"1.1"}, .size_limit = 25});
    series.request.extras.page = 10;
    if (with_sort) series.request.extras.sort = keys;
    EXPECT_EQ(series.page().size(), 10U);
    EXPECT_TRUE(series.more);
    EXPECT_EQ(series.page().size(), 10U);
    EXPECT_EQ(series.page().size(), 5U);
    EXPECT_EQ(series.code, ResultCode::sizeLimitExceeded);
    EXPECT_FALSE(series.more);
  }
}

TEST_F(Pages, SubordinateScopeIsTheSubtreeWithoutItsBase) {
  const auto count = [&](const std::string& base, ldap::Scope scope) {
    return world.search({.base = base, .scope = scope, .attributes = {"1.1"}}).entries.size();
  };
  using ldap::Scope;
  EXPECT_EQ(count("dc=example,dc=org", Scope::children),
            count("dc=example,dc=org", Scope::sub) - 1);
  EXPECT_EQ(count(std::string(kUsersBase), Scope::children), 700U);
  EXPECT_EQ(count(dn(5), Scope::children), 0U);
}

TEST_F(Pages, LookedAtEntriesAreLimited) {
  Series series(world, {.filter = "(!(cn=nobody))"});
  series.request.limits.examined = 100;
  EXPECT_LE(series.page().size(), 100U);
  EXPECT_EQ(series.code, ResultCode::adminLimitExceeded);
  Series found(world, {.filter = "(uid=user5)"});
  found.request.limits.examined = 100;
  EXPECT_EQ(found.page().size(), 1U);
  EXPECT_EQ(found.code, ResultCode::success);
}

// ---- sorting ----

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

// ---- matched values, dereferencing ----

TEST_F(Pages, Rfc3876_2_OnlyMatchingValuesOfTheSameEntries) {
  core::StoredUser user = make_user(900, "many", {1});
  user.attributes =
      boost::json::parse(R"({"telephoneNumber": ["+49 30 1", "+49 30 2", "+1 9"]})").as_object();
  world.store.put_user(user);
  world.settle();
  const auto values_filter = ldap::parse_filter(
      "(|(telephoneNumber=+49*)(objectClass=person)(memberOf=cn=staff,ou=groups,dc=example,dc=org)"
      ")");
  ASSERT_TRUE(values_filter.ok());
  Series series(world, {.filter = "(|(cn=many)(cn=staff))"});
  series.request.extras.values = &values_filter->filter;
  EXPECT_EQ(series.page().size(), 3U);
  const Entry& entry = series.entries[0];
  EXPECT_EQ(entry.of("telephoneNumber"), (std::vector<std::string>{"+49 30 1", "+49 30 2"}));
  EXPECT_EQ(entry.of("objectClass"), std::vector<std::string>{"person"});
  EXPECT_EQ(entry.of("memberOf").size(), 1U);
  EXPECT_EQ(entry.attributes.size(), 3U);
  EXPECT_TRUE(series.entries[1].attributes.empty());
}

TEST_F(Pages, DerefFollowsMembersAndShowsWhatIsWanted) {
  world.store.put_group(make_group(2, "few"));
  world.store.put_user(make_user(901, "x", {2}));
  world.store.put_user(make_user(902, "y", {2}));
  world.settle();
  const std::vector<ldap::DerefSpec> specs{{"member", {"uid", "uidNumber", "memberOf"}}};
  Series series(world, {.filter = "(&(objectClass=group)(cn=few))", .attributes = {"cn"}});
  series.request.extras.dereference = specs;
  EXPECT_EQ(series.page().size(), 1U);
  const std::string text(series.raw.begin(), series.raw.end());
  EXPECT_NE(text.find(ldap::oid::kDeref), std::string::npos);
  for (const char* piece : {"cn=x,ou=users", "cn=y,ou=users", "2901", "2902"}) {
    EXPECT_NE(text.find(piece), std::string::npos) << piece;
  }
  // A member of a group sees itself in it, so that alone is followed.
  series.request.viewer = {.provider = 1, .user = 901, .sees = ldap::Sees::own_groups};
  EXPECT_EQ(series.page().size(), 1U);
  const std::string own(series.raw.begin(), series.raw.end());
  EXPECT_NE(own.find("2901"), std::string::npos);
  EXPECT_EQ(own.find("2902"), std::string::npos);
}

// What a huge group leads to is looked at over many turns of the loop; the answer is one entry all
// the same.
TEST_F(Pages, DerefOfAHugeGroupIsSpreadOverTurns) {
  constexpr int kMembers = 20'000;
  world.store.put_group(make_group(3, "crowd"));
  for (int pk = 10'000; pk < 10'000 + kMembers; ++pk) {
    world.store.put_user(make_user(pk, "one-of-" + std::to_string(pk), {3}));
  }
  world.settle();
  const std::vector<ldap::DerefSpec> specs{{"member", {"uid"}}};
  Series series(world, {.filter = "(cn=crowd)", .attributes = {"cn"}});
  series.request.extras.dereference = specs;
  EXPECT_EQ(series.page().size(), 1U);
  EXPECT_GT(series.turns, 5U);
  EXPECT_EQ(series.examined, 1U + 4U) << "an entry that takes many turns is still one, beside "
                                         "the base and its containers";
  const std::string text(series.raw.begin(), series.raw.end());
  std::size_t found = 0;
  for (std::size_t at = text.find("cn=one-of-"); at != std::string::npos;
       at = text.find("cn=one-of-", at + 1)) {
    ++found;
  }
  EXPECT_EQ(found, static_cast<std::size_t>(kMembers));
}

}  // namespace
}  // namespace postern::test
