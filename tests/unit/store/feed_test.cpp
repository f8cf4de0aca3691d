#include <atomic>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::Object;
using core::Value;

class StoreFeed : public StoreTest {};

TEST_P(StoreFeed, UsersFeedThemselvesAndOnlyCredentialsMoveTheGeneration) {
  const std::int64_t ada = add_user("ada");
  const core::Uuid staff = add_group("staff", {{"users", {ada}}});
  const std::string u = "u" + std::to_string(ada), g = "g" + std::to_string(number_of(staff));
  EXPECT_EQ(fed(), u + " " + g + " " + u);
  std::uint64_t at = generation(ada);

  const auto expect = [&](const Object& changed, const std::string& rows, std::uint64_t grown) {
    SCOPED_TRACE(changed.begin()->key());
    change(users(), ada, changed);
    EXPECT_EQ(fed(), rows);
    EXPECT_EQ(generation(ada), at + grown);
    at += grown;
  };
  expect({{"name", "Ada L."}}, u, 0);
  expect({{"name", "Ada L."}}, "", 0);  // nothing has changed
  expect({{"last_login", 5}}, "", 0);   // silent
  expect({{"attributes", {{"a", 1}}}}, u, 0);
  expect({{"username", "lovelace"}}, u + " " + g, 0);
  expect({{"password_hash", "x"}}, u, 1);
  expect({{"password_hash", "x"}}, "", 0);
  expect({{"is_active", false}}, u, 1);
  expect({{"not_before", 1}}, u, 1);
  expect({{"not_after", 2}}, u, 1);
  expect({{"permissions", {"p"}}}, u, 1);
  expect({{"groups", boost::json::array{}}}, u + " " + g, 1);
  expect({{"groups", boost::json::array{}}}, "", 0);
  expect({{"generation", 1}}, "", 0);  // never back
  drop(users(), ada);
  EXPECT_EQ(fed(), u);
}

TEST_P(StoreFeed, ErasingAUserFeedsItsGroupsAndTheConfigurationThatNamesIt) {
  const std::int64_t ada = add_user("ada");
  const std::string u = "u" + std::to_string(ada);
  const core::Uuid staff = add_group("staff", {{"users", {ada}}});
  const Value app = add(applications(), {{"slug", "a"}, {"name", "A"}});
  add(bindings(), {{"target", app}, {"user", ada}, {"order", 0}});
  fed();
  drop(users(), ada);
  EXPECT_EQ(fed(), u + " g" + std::to_string(number_of(staff)) + " c0");
}

TEST_P(StoreFeed, GroupsFeedThemselvesMembersThatComeAndGoAndTheirParents) {
  const std::int64_t ada = add_user("ada"), bob = add_user("bob");
  const core::Uuid top = add_group("top"), side = add_group("side");
  fed();
  const core::Uuid staff = add_group("staff", {{"parents", {top}}, {"users", {ada}}});
  const auto g = [&](const core::Uuid& group) { return "g" + std::to_string(number_of(group)); };
  const std::string u1 = "u" + std::to_string(ada), u2 = "u" + std::to_string(bob);
  EXPECT_EQ(fed(), g(staff) + " " + g(top) + " " + u1);

  const std::uint64_t before = generation(ada);
  const Value pk(staff);
  change(groups(), pk, {{"users", {bob}}});
  EXPECT_EQ(fed(), g(staff) + " " + u2 + " " + u1);
  EXPECT_EQ(generation(ada), before + 1);
  change(groups(), pk, {{"users", {bob}}});
  EXPECT_EQ(fed(), "");
  change(groups(), pk, {{"is_superuser", true}});
  EXPECT_EQ(fed(), g(staff));
  change(groups(), pk, {{"parents", {side}}});
  EXPECT_EQ(fed(), g(staff) + " " + g(side) + " " + g(top));
  change(users(), Value(ada), {{"groups", {staff, top}}});
  const std::string own = g(staff), its_parent = g(side);
  EXPECT_EQ(fed(), u1 + " " + g(top) + " " + own);  // both ends of each link, by key

  const std::uint64_t bobs = generation(bob);
  drop(groups(), pk);
  EXPECT_EQ(fed(), own + " " + its_parent + " " + u1 + " " + u2);
  EXPECT_EQ(generation(bob), bobs + 1);
  drop(groups(), Value(side));
  EXPECT_EQ(fed(), its_parent);
}

TEST_P(StoreFeed, ErasingAParentFeedsItsChildren) {
  const core::Uuid top = add_group("top");
  const core::Uuid child = add_group("child", {{"parents", {top}}});
  const std::int64_t number = number_of(top);
  fed();
  drop(groups(), Value(top));
  EXPECT_EQ(fed(), "g" + std::to_string(number) + " g" + std::to_string(number_of(child)));
}

TEST_P(StoreFeed, TokensAndDevicesFeedTheirOwnerAndMoveItsGeneration) {
  const std::int64_t ada = add_user("ada"), bob = add_user("bob");
  const std::string u1 = "u" + std::to_string(ada), u2 = "u" + std::to_string(bob);
  fed();
  std::uint64_t at = generation(ada);
  const auto expect = [&](const std::string& rows, std::uint64_t grown) {
    EXPECT_EQ(fed(), rows);
    EXPECT_EQ(generation(ada), at + grown);
    at = generation(ada);
  };
  const Value token =
      add(tokens(), {{"identifier", "t"}, {"user", ada}, {"intent", "app_password"}});
  expect(u1, 1);
  change(tokens(), token, {{"last_used", 9}});
  expect("", 0);
  change(tokens(), token, {{"expires", 9}});
  expect(u1, 1);
  change(tokens(), token, {{"user", bob}});
  expect(u1 + " " + u2, 1);
  drop(tokens(), token);
  expect(u2, 0);
  const Value totp = add(totps(), {{"user", ada}, {"name", "p"}, {"sealed_key", "00"}});
  expect(u1, 1);
  change(totps(), totp, {{"confirmed", false}});
  expect(u1, 1);
  change(totps(), totp, {{"last_step", 7}});
  expect("", 0);
  drop(totps(), totp);
  expect(u1, 1);
  const Value device = add(statics(), {{"user", ada}, {"name", "p"}});
  expect(u1, 1);
  const Value code = add(codes(), {{"device", device}, {"verifier", "ab"}, {"length", 12}});
  expect(u1, 1);
  change(codes(), code, {{"verifier", "cd"}});
  expect(u1, 1);
  drop(codes(), code);
  expect(u1, 1);
  drop(statics(), device);
  expect(u1, 1);
}

TEST_P(StoreFeed, ConfigurationFeedsOneRowPerTransaction) {
  const std::int64_t ada = add_user("ada");
  fed();
  const Value provider = add(providers(), {{"name", "p"}});
  EXPECT_EQ(fed(), "c0");
  change(providers(), provider, {{"base_dn", "dc=y"}});
  EXPECT_EQ(fed(), "c0");
  change(providers(), provider, {{"base_dn", "dc=y"}});
  EXPECT_EQ(fed(), "");
  for (const char* expected : {"c0", ""}) {
    const auto transaction = store->begin();
    transaction->grant({"p", "m", "1", ada});
    transaction->commit();
    EXPECT_EQ(fed(), expected);
  }
  {
    const auto transaction = store->begin();
    transaction->insert(flows(), {{"pk", uuid()},
                                  {"slug", "s"},
                                  {"name", "n"},
                                  {"title", "t"},
                                  {"designation", "recovery"}});
    transaction->erase(providers(), provider);
    transaction->bump_generation(ada);
    transaction->set_blueprint_hash("a", "b");
    const std::int64_t last = transaction->commit();
    EXPECT_EQ(last, store->last_change());
  }
  EXPECT_EQ(fed(), "c0 u" + std::to_string(ada));
}

TEST_P(StoreFeed, ListenersHearEachFeedingCommitOnceAndMayReadIt) {
  std::vector<std::int64_t> heard;
  store->on_commit([&](std::int64_t seq) {
    EXPECT_EQ(store->last_change(), seq);
    EXPECT_NE(store->begin(), nullptr);  // nothing is held any more
    heard.push_back(seq);
  });
  const std::int64_t ada = add_user("ada");
  EXPECT_EQ(heard.size(), 1U);
  change(users(), ada, {{"last_login", 3}});
  EXPECT_EQ(store->begin()->commit(), 0);
  EXPECT_EQ(heard.size(), 1U);
  EXPECT_FALSE(store->replace_password_hash(ada, "other", "new"));
  EXPECT_EQ(heard.size(), 1U);
  EXPECT_TRUE(store->replace_password_hash(ada, "", "new"));
  EXPECT_EQ(heard.size(), 2U);
}

TEST_P(StoreFeed, TrimmingKeepsTheNewestSoThatTheEndIsKnown) {
  EXPECT_EQ(store->last_change(), 0);
  EXPECT_EQ(store->oldest_change(), 0);
  for (const char* name : {"a", "b", "c"}) add_user(name);
  EXPECT_EQ(store->oldest_change(), 1);
  EXPECT_EQ(store->changes_after(1, 1).at(0).seq, 2);
  store->trim_changes(2);
  EXPECT_EQ(store->oldest_change(), 3);
  store->trim_changes(99);
  EXPECT_EQ(store->oldest_change(), 3);
  EXPECT_EQ(store->last_change(), 3);
  const std::string epoch = store->epoch();
  reopen();
  EXPECT_EQ(store->last_change(), 3);
  EXPECT_EQ(store->epoch(), epoch);
  EXPECT_EQ(epoch.size(), 32U);
}

TEST_P(StoreFeed, RehashingFeedsTheUserAndLeavesTheGeneration) {
  const std::int64_t ada = add_user("ada", {{"password_hash", "old"}});
  fed();
  const std::uint64_t before = generation(ada);
  EXPECT_TRUE(store->replace_password_hash(ada, "old", "new"));
  EXPECT_FALSE(store->replace_password_hash(ada, "old", "newer"));
  EXPECT_EQ(fed(), "u" + std::to_string(ada));
  EXPECT_EQ(generation(ada), before);
  EXPECT_EQ(store->load_user(ada)->password_hash, "new");
}

STORE_SUITE(StoreFeed);

}  // namespace
}  // namespace postern::store
