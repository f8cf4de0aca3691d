// What waits to go out: claims, tries, limits; events that rules have not seen; and what goes with
// them when they are pruned.

#include "core/ports/outbox.h"

#include <string>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

class StoreOutbox : public StoreTest {
 protected:
  core::Outbox& outbox() { return outbox_of(*store); }
  void put(std::string kind, std::string sealed, core::WallMs created = 0) {
    core::OutboxItem item;
    item.kind = std::move(kind);
    item.sealed = std::move(sealed);
    item.created = created;
    EXPECT_TRUE(outbox().put(item));
  }
  void record(std::string action) {
    core::Event event;
    event.action = std::move(action);
    event.username = "ada";
    event.context = {{"reason", "bad_password"}};
    event.created = clock.wall_ms;
    const std::vector<core::Event> events{event};
    store->append_events(events, {}, {});
  }
};

TEST_P(StoreOutbox, AnItemIsClaimedByOneAndComesBackWhenTheClaimIsOver) {
  put("mail", std::string("a\0b\xff", 4), 10);
  put("notice", "other", 10);
  EXPECT_EQ(outbox().next_due("mail"), 10);
  EXPECT_TRUE(outbox().claim("mail", 9, 100, 5).empty());
  const auto mine = outbox().claim("mail", 10, 100, 5);
  ASSERT_EQ(mine.size(), 1U);
  EXPECT_EQ(mine[0].sealed, std::string("a\0b\xff", 4));
  EXPECT_EQ(mine[0].tries, 1);
  EXPECT_TRUE(outbox().claim("mail", 99, 200, 5).empty());
  reopen();  // a claim is no lock: it outlives its holder, and ends
  const auto again = outbox().claim("mail", 100, 200, 5);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].tries, 2);
  outbox().put_off(again[0].pk, 150, 1);
  EXPECT_EQ(outbox().claim("mail", 150, 300, 5).at(0).tries, 2);
  outbox().remove(again[0].pk);
  EXPECT_EQ(outbox().next_due("mail"), std::nullopt);
  EXPECT_EQ(outbox().next_due("notice"), 10);
}

TEST_P(StoreOutbox, TheOldestComeFirst) {
  for (const int created : {30, 10, 20}) put("mail", std::to_string(created), created);
  EXPECT_EQ(outbox().claim("mail", 100, 200, 1).at(0).sealed, "10");
  EXPECT_EQ(outbox().claim("mail", 100, 200, 1).at(0).sealed, "20");
}

TEST_P(StoreOutbox, RulesSeeEachEventOnceAndOnlyTheActionsThatTheyAskFor) {
  for (const char* action : {"login", "login_failed", "login"}) record(action);
  const auto mark = outbox().events_mark();
  EXPECT_EQ(mark.last - mark.done, 3);
  const std::vector<std::string> wanted{"login_failed", "logout"};
  const auto some = outbox().events_between(mark.done, mark.last, wanted, 10);
  ASSERT_EQ(some.size(), 1U);
  EXPECT_EQ(some[0].event.action, "login_failed");
  EXPECT_EQ(some[0].event.context.at("reason"), "bad_password");
  EXPECT_EQ(outbox().events_between(mark.done, mark.last, {}, 2).size(), 2U);

  const std::int64_t ada = add_user("ada");
  const std::vector<core::NewNotification> notes{{uuid(), ada, "alert", "text", some[0].pk, 5},
                                                 {uuid(), 999, "alert", "text", some[0].pk, 5}};
  core::OutboxItem item;
  item.kind = "mail";
  const std::vector<core::OutboxItem> items{item};
  EXPECT_TRUE(outbox().settle(mark.done, mark.last, notes, items));
  EXPECT_FALSE(outbox().settle(mark.done, mark.last, notes, items));  // somebody was there
  EXPECT_EQ(outbox().claim("mail", 10, 20, 9).size(), 1U);
  EXPECT_EQ(outbox().events_mark().done, mark.last);
  const auto& model_of_notes = model("authentik_events.notification");
  EXPECT_EQ(store->count(model_of_notes, {}), 1);

  // Events take their notifications with them.
  EXPECT_EQ(store->prune_events(clock.wall_ms + 1, 100), 3U);
  EXPECT_EQ(store->count(model_of_notes, {}), 0);
}

TEST_P(StoreOutbox, BindingsGoWithTheirRuleAndRulesKeepGoingWithoutTheirGroup) {
  const core::Value group = add(groups(), {{"name", "ops"}});
  const auto& rules = model("authentik_events.notificationrule");
  const auto& transports = model("authentik_events.notificationtransport");
  const core::Value transport = add(transports, {{"name", "chat"}});
  const core::Value rule = add(
      rules,
      {{"name", "r"}, {"destination_group", group}, {"transports", boost::json::array{transport}}});
  add(bindings(), {{"target", rule}, {"group", group}, {"order", 0}});
  EXPECT_TRUE(drop(transports, transport));
  EXPECT_TRUE(read(rules, rule)->at("transports").as_array().empty());
  EXPECT_EQ(store->count(bindings(), {}), 1);
  EXPECT_TRUE(drop(rules, rule));
  EXPECT_EQ(store->count(bindings(), {}), 0);
  const core::Value other = add(rules, {{"name", "s"}, {"destination_group", group}});
  EXPECT_TRUE(drop(groups(), group));
  EXPECT_TRUE(read(rules, other)->at("destination_group").is_null());
}

STORE_SUITE(StoreOutbox);

}  // namespace
}  // namespace postern::store
