// Pages, matched values and dereferencing, on the read model.

#include <boost/json/parse.hpp>

#include "page_series.h"

namespace postern::test {
namespace {

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
