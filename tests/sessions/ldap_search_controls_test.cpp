// Searches with controls of their own, as a session carries them out: pages and their cookies, sort
// verdicts, list views, persistent search; and Cancel (RFC 3909).

#include <gtest/gtest.h>

#include "outpost/ldap/page_cookie.h"
#include "protocols/ldap/controls.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

using ldap::Scope;
namespace oid = ldap::oid;

std::string text_of(const Octets& octets) { return {octets.begin(), octets.end()}; }

std::string page_value(std::int32_t size, std::string_view cookie = {}) {
  Octets out;
  const std::size_t mark = ber::open(out, ber::kSequence);
  ber::append_integer(out, size);
  ber::append_string(out, cookie);
  ber::close(out, mark);
  return text_of(out);
}

std::string sort_value(const std::vector<std::string_view>& attributes) {
  Octets out;
  const std::size_t list = ber::open(out, ber::kSequence);
  for (const std::string_view attribute : attributes) {
    const std::size_t key = ber::open(out, ber::kSequence);
    ber::append_string(out, attribute);
    ber::close(out, key);
  }
  ber::close(out, list);
  return text_of(out);
}

std::string watch_value(std::int32_t types = 15, bool changes_only = true) {
  Octets out;
  const std::size_t mark = ber::open(out, ber::kSequence);
  ber::append_integer(out, types);
  ber::append_boolean(out, changes_only);
  ber::append_boolean(out, false);
  ber::close(out, mark);
  return text_of(out);
}

std::string cancel_value(std::int32_t id) {
  Octets out;
  const std::size_t mark = ber::open(out, ber::kSequence);
  ber::append_integer(out, id);
  ber::close(out, mark);
  return text_of(out);
}

class LdapPaging : public testing::Test {
 protected:
  LdapPaging() { world.ask(bind(900, kBob, "app-bob")); }

  // One page of a search that has `turns` entries.
  std::vector<Reply> page(std::int32_t size, std::string_view cookie = {},
                          const SearchSpec& spec = {kFirstBase, Scope::sub, "(turns=5)"}) {
    return world.ask_replies(
        with_control(search(++id, spec), oid::kPagedResults, true, page_value(size, cookie)));
  }
  static std::string cookie_of(const std::vector<Reply>& replies) {
    Octets value;
    for (const char c : replies.back().control(oid::kPagedResults)) {
      value.push_back(static_cast<std::uint8_t>(c));
    }
    value.push_back(0);
    const std::string_view octets(reinterpret_cast<const char*>(value.data()), value.size() - 1);
    const auto decoded = ldap::decode_paged_results(octets);
    EXPECT_TRUE(decoded.ok());
    return decoded.ok() ? std::string(decoded->cookie) : "?";
  }

  LdapWorld world;
  std::int32_t id = 0;
};

TEST_F(LdapPaging, Rfc2696_3_EveryDoneCarriesTheControlAndTheLastPageAnEmptyCookie) {
  std::string cookie;
  std::vector<std::size_t> sizes;
  do {
    const auto replies = page(2, cookie);
    ASSERT_EQ(replies.back().code, ldap::ResultCode::success);
    sizes.push_back(replies.size() - 1);
    cookie = cookie_of(replies);
  } while (!cookie.empty());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 1}));
}

TEST_F(LdapPaging, Rfc2696_3_SizeZeroEndsTheSeries) {
  const auto replies = page(0, cookie_of(page(2)));
  EXPECT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].code, ldap::ResultCode::success);
  EXPECT_EQ(cookie_of(replies), "");
}

TEST_F(LdapPaging, Rfc2696_3_APageAsLargeAsTheSizeLimitIsNoPage) {
  const auto replies = page(3, {}, {kFirstBase, Scope::sub, "(turns=2)", {}, 3});
  EXPECT_EQ(replies.size(), 3U);
  EXPECT_EQ(cookie_of(replies), "");
}

TEST_F(LdapPaging, Rfc2696_3_ACookieOfAnotherSearchIdentityOrTimeIsRefused) {
  const std::string cookie = cookie_of(page(2));
  const auto code = [](const std::vector<Reply>& replies) {
    EXPECT_EQ(replies.size(), 1U);
    return static_cast<int>(replies.back().code);
  };
  EXPECT_EQ(code(page(2, cookie, {kFirstBase, Scope::sub, "(turns=6)"})), 53);
  EXPECT_EQ(code(page(2, cookie, {kFirstBase, Scope::one, "(turns=5)"})), 53);
  EXPECT_EQ(code(page(2, cookie, {"ou=users,dc=ldap,dc=example", Scope::sub, "(turns=5)"})), 53);
  std::string damaged = cookie;
  damaged[6] = static_cast<char>(damaged[6] ^ 1);
  EXPECT_EQ(code(page(2, damaged)), 53);
  EXPECT_EQ(code(page(2, "rubbish")), 53);
  EXPECT_EQ(page(2, cookie).size(), 3U);  // it is not used up
  world.ask(bind(901, kAlice, "app-alice"));
  EXPECT_EQ(code(page(2, cookie)), 53);
  world.ask(bind(902, kBob, "app-bob"));
  EXPECT_EQ(page(2, cookie).size(), 3U);  // nor bound to the connection's past
  world.clock.wall_ms += (outpost::PageCookies::kLifeSeconds + 1) * 1000;
  EXPECT_EQ(code(page(2, cookie)), 53);
}

TEST_F(LdapPaging, TheRootDseIsOnePage) {
  const auto replies = page(1, {}, {"", Scope::base});
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(cookie_of(replies), "");
}

TEST(PageCookies, OpenUnderTheirOwnKeyOnly) {
  const outpost::PageCookies one({1}), same({1}), other({2});
  const std::string cookie = one.seal({{2, 77, "key"}, 500}, 1'000'000, "binding");
  const auto mark = same.open(cookie, 1'000'000, "binding");
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->at.phase, 2);
  EXPECT_EQ(mark->at.id, 77U);
  EXPECT_EQ(mark->at.key, "key");
  EXPECT_EQ(mark->sent, 500U);
  EXPECT_FALSE(other.open(cookie, 1'000'000, "binding"));
  EXPECT_FALSE(one.open(cookie, 1'000'000, "another"));
  for (std::size_t i = 0; i < cookie.size(); ++i) {
    std::string damaged = cookie;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(one.open(damaged, 1'000'000, "binding")) << i;
    EXPECT_FALSE(one.open(cookie.substr(0, i), 1'000'000, "binding")) << i;
  }
}

using LdapSorting = LdapPaging;

TEST_F(LdapSorting, Rfc2891_2_TheSixCases) {
  const auto ask = [&](bool critical, std::string_view key, std::string_view filter) {
    const auto replies =
        world.ask_replies(with_control(search(++id, {kFirstBase, Scope::sub, filter}),
                                       oid::kSortRequest, critical, sort_value({key})));
    const std::string response = replies.back().control(oid::kSortResponse);
    const int verdict = response.size() < 5 ? -1 : response[4];
    return std::to_string(static_cast<int>(replies.back().code)) + "/" +
           std::to_string(replies.size() - 1) + "/" + std::to_string(verdict);
  };
  EXPECT_EQ(ask(true, "cn", "(cn=x)"), "0/1/0");
  EXPECT_EQ(ask(false, "cn", "(cn=x)"), "0/1/0");
  EXPECT_EQ(ask(true, "unsortable", "(cn=x)"), "12/0/16");
  EXPECT_EQ(ask(false, "unsortable", "(cn=x)"), "0/1/16");
  EXPECT_EQ(ask(true, "cn", "(cn=none)"), "0/0/-1");
}

TEST_F(LdapSorting, Vlv_6_WithoutASortControlIs60) {
  const std::string by_offset("\x30\x0e\x02\x01\x00\x02\x01\x00\xa0\x06\x02\x01\x01\x02\x01\x00",
                              16);
  const auto replies =
      world.ask_replies(with_control(search(1), oid::kVlvRequest, true, by_offset));
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(static_cast<int>(replies[0].code), 60);
  EXPECT_NE(replies[0].control(oid::kVlvResponse), "");
}

// ---- Cancel ----

std::string cancel(std::int32_t id, std::int32_t target, LdapWorld& world) {
  return world.ask(extended(id, oid::kCancel, cancel_value(target)));
}

TEST_F(LdapPaging, Rfc3909_3_ARunningSearchEndsCanceledAndBothAreAnswered) {
  world.send(search(2, {kFirstBase, Scope::sub, "(turns=50)"}));
  world.send(extended(3, oid::kCancel, cancel_value(2)));
  EXPECT_EQ(world.said(), "2:entry(cn=u8+ou=full,ou=p1) 2:done(118) 3:extended(0)");
}

TEST_F(LdapPaging, Rfc3909_3_WhatWaitsBehindABindIsCanceledTheBindIsNot) {
  world.send(bind(2, kSlow, "pw-slow") + search(3));
  EXPECT_EQ(cancel(4, 3, world), "3:done(118) 4:extended(0)");
  EXPECT_EQ(cancel(5, 2, world), "5:extended(121)");
  world.script().finish_run();
  EXPECT_EQ(world.said(), "2:bind(0)");
}

TEST_F(LdapPaging, Rfc3909_3_NothingToCancelAndAnUnusableRequest) {
  EXPECT_EQ(cancel(2, 77, world), "2:extended(119)");
  EXPECT_EQ(world.ask(extended(3, oid::kCancel)), "3:extended(2)");
  EXPECT_EQ(world.ask(extended(4, oid::kCancel, "rubbish")), "4:extended(2)");
}

// ---- persistent search ----

struct LdapWatching : LdapPaging {
  Octets watch(std::int32_t number, bool changes_only = true) {
    return with_control(search(number), oid::kPersistentSearch, true,
                        watch_value(15, changes_only));
  }
  std::string passed() {
    world.script().pass(std::chrono::milliseconds(250));
    return world.said();
  }
};

TEST_F(LdapWatching, Psearch_4_EntriesComeAsTheyChangeAndThereIsNoDone) {
  EXPECT_EQ(world.ask(watch(2)), "");
  EXPECT_FALSE(world.script().wants().again);  // nothing is busy while nothing changes
  EXPECT_EQ(passed(), "");
  world.tree.changes = 2;
  EXPECT_EQ(passed(), "2:entry(cn=u8+ou=full,ou=p1) 2:entry(cn=u8+ou=full,ou=p1)");
  EXPECT_EQ(world.whoami(3), "3:entry(cn=u8+ou=full,ou=p1) 3:done(0)");  // others go on beside it
  world.tree.changes = 3;
  EXPECT_EQ(passed(), "2:entry(cn=u8+ou=full,ou=p1)");
  EXPECT_EQ(world.ask(abandon(4, 2)), "");
  world.tree.changes = 4;
  EXPECT_EQ(passed(), "");
}

TEST_F(LdapWatching, Rfc3909_1_CancelEndsIt) {
  world.ask(watch(2));
  EXPECT_EQ(cancel(3, 2, world), "2:done(118) 3:extended(0)");
}

TEST_F(LdapWatching, ABindEndsIt) {
  world.ask(watch(2));
  EXPECT_EQ(world.ask(bind(3, kAlice, "app-alice")), "3:bind(0)");
  world.tree.changes = 1;
  EXPECT_EQ(passed(), "");
}

TEST_F(LdapWatching, ALostGrantEndsIt) {
  world.ask(watch(2));
  world.login.gone.insert(8);
  ++world.login.epoch;
  EXPECT_EQ(passed(), "2:done(50)");
}

TEST_F(LdapWatching, L38_WhoDoesNotKeepUpIsToldAdminLimitExceeded) {
  world.ask(watch(2));
  world.tree.changes = 10;
  world.tree.lost = 5;
  EXPECT_EQ(passed(), "2:done(11)");
}

TEST_F(LdapWatching, WithPagesOrAnOrderItIsRefused) {
  const Octets both = with_control(watch(2), oid::kSortRequest, false, sort_value({"cn"}));
  EXPECT_EQ(world.ask(both), "2:done(53)");
  EXPECT_EQ(world.ask(with_control(watch(3), oid::kPagedResults, false, page_value(5))),
            "3:done(53)");
}

}  // namespace
}  // namespace postern::test
