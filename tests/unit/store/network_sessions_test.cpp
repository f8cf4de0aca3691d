// Network sessions in each back end: what comes in comes out, and who may ask for an end.

#include <array>

#include "core/network/session.h"
#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::AccountingRecord;
using core::NetworkSession;

constexpr core::WallMs kBegin = 1'700'000'000'000;

class NetworkSessionsTest : public StoreTest {
 protected:
  static AccountingRecord report(std::uint32_t status, core::WallMs at, const char* id = "s1") {
    AccountingRecord record;
    record.status = status;
    record.at = at;
    NetworkSession& facts = record.facts;
    facts.provider = 7;
    facts.nas = "7|gateway|";
    facts.session_id = id;
    facts.user = 5;
    facts.username = "alice";
    facts.outer_name = "anonymous";
    facts.login = {7, 5, 3, kBegin - 9, 0xf000000000000001U, 600, true};
    facts.client = "10.1.2.3";
    facts.nas_identifier = "gateway";
    facts.nas_address = "192.0.2.1";
    facts.nas_port = 4'000'000'000U;
    facts.calling_station = "02-00-00-00-00-01";
    facts.framed_ipv6 = "2001:db8::/64";
    facts.in_octets = std::int64_t{5} << 32;
    facts.seen = at;
    return record;
  }
  void tell(const AccountingRecord& record) { store->network_sessions().record({&record, 1}); }
  std::vector<NetworkSession> all(bool live = false) {
    core::NetworkSessionQuery query;
    query.live_only = live;
    return store->network_sessions().list(query);
  }
};

TEST_P(NetworkSessionsTest, WhatComesInComesOut) {
  tell(report(core::accounting::kStart, kBegin));
  reopen();
  const auto found = all();
  ASSERT_EQ(found.size(), 1U);
  const NetworkSession& one = found[0];
  EXPECT_EQ(one.username, "alice");
  EXPECT_EQ(one.outer_name, "anonymous");
  EXPECT_EQ(one.login, (core::LoginTie{7, 5, 3, kBegin - 9, 0xf000000000000001U, 600, true}));
  EXPECT_EQ(one.nas_port, 4'000'000'000U);
  EXPECT_FALSE(one.nas_port_type);
  EXPECT_EQ(one.framed_ipv6, "2001:db8::/64");
  EXPECT_EQ(one.in_octets, std::int64_t{5} << 32);
  EXPECT_EQ(one.started, kBegin);
  EXPECT_TRUE(one.start_seen);
  EXPECT_TRUE(one.live());
  EXPECT_EQ(store->network_sessions().get(one.pk)->session_id, "s1");
  EXPECT_FALSE(store->network_sessions().get(99));
}

TEST_P(NetworkSessionsTest, ReportsOfOneCallSeeEachOther) {
  const std::array<AccountingRecord, 3> reports{report(core::accounting::kStart, kBegin),
                                                report(core::accounting::kStart, kBegin),
                                                report(core::accounting::kStop, kBegin + 9000)};
  store->network_sessions().record(reports);
  EXPECT_EQ(all().size(), 1U);
  EXPECT_TRUE(all(true).empty());
}

TEST_P(NetworkSessionsTest, Rfc2866_5_1_AccountingOnEndsTheSessionsOfItsNas) {
  tell(report(core::accounting::kStart, kBegin, "a"));
  tell(report(core::accounting::kStart, kBegin, "b"));
  AccountingRecord other = report(core::accounting::kStart, kBegin, "c");
  other.facts.nas = "7|another|";
  tell(other);
  tell(report(core::accounting::kOn, kBegin + 1000, ""));
  ASSERT_EQ(all(true).size(), 1U);
  EXPECT_EQ(all(true)[0].session_id, "c");
}

TEST_P(NetworkSessionsTest, OneNodeAtATimeMayAskForAnEnd) {
  tell(report(core::accounting::kStart, kBegin));
  auto& sessions = store->network_sessions();
  EXPECT_EQ(sessions.live_users(), std::vector<core::UserId>{5});
  EXPECT_TRUE(sessions.claim_disconnect(1, kBegin + 100, kBegin));
  EXPECT_FALSE(sessions.claim_disconnect(1, kBegin + 101, kBegin));
  EXPECT_TRUE(sessions.claim_disconnect(1, kBegin + 60'000, kBegin + 30'000));
  sessions.note_disconnect(1, "nak 501", false, kBegin + 60'001);
  EXPECT_TRUE(all()[0].live());
  sessions.note_disconnect(1, "nak 503", true, kBegin + 60'002);
  EXPECT_EQ(all()[0].stopped, kBegin + 60'002);
  EXPECT_EQ(all()[0].disconnect, "nak 503");
  EXPECT_FALSE(sessions.claim_disconnect(1, kBegin + 900'000, kBegin + 800'000));
  EXPECT_TRUE(sessions.live_users().empty());
}

TEST_P(NetworkSessionsTest, WhatSomebodyWantsToEndIsFoundUntilItHasEnded) {
  tell(report(core::accounting::kStart, kBegin, "a"));
  tell(report(core::accounting::kStart, kBegin, "b"));
  auto& sessions = store->network_sessions();
  core::NetworkSessionQuery query;
  query.to_end = true;
  EXPECT_TRUE(sessions.list(query).empty());
  EXPECT_TRUE(sessions.ask_to_end(2, kBegin + 5));
  EXPECT_FALSE(sessions.ask_to_end(99, kBegin + 5));
  ASSERT_EQ(sessions.list(query).size(), 1U);
  EXPECT_EQ(sessions.list(query)[0].session_id, "b");
  EXPECT_EQ(sessions.list(query)[0].end_asked, kBegin + 5);
  // A report on the way changes nothing about it; its end does, and what begins anew is not meant.
  tell(report(core::accounting::kInterim, kBegin + 60'000, "b"));
  EXPECT_EQ(sessions.list(query).size(), 1U);
  tell(report(core::accounting::kStop, kBegin + 90'000, "b"));
  EXPECT_TRUE(sessions.list(query).empty());
  EXPECT_FALSE(sessions.ask_to_end(2, kBegin + 6));
  tell(report(core::accounting::kStart, kBegin + 900'000, "b"));
  EXPECT_EQ(all(true).size(), 2U);
  EXPECT_TRUE(sessions.list(query).empty());
}

TEST_P(NetworkSessionsTest, OldOnesAreForgotten) {
  for (int i = 0; i < 5; ++i) {
    tell(report(core::accounting::kStart, kBegin + i, ("s" + std::to_string(i)).c_str()));
  }
  auto& sessions = store->network_sessions();
  EXPECT_EQ(sessions.forget(kBegin + 3, 2), 2U);
  EXPECT_EQ(sessions.forget(kBegin + 3, 2), 1U);
  EXPECT_EQ(sessions.forget(kBegin + 3, 2), 0U);
  EXPECT_EQ(all().size(), 2U);
}

TEST_P(NetworkSessionsTest, NothingIsFed) {
  fed();
  tell(report(core::accounting::kStart, kBegin));
  EXPECT_EQ(fed(), "");
}

STORE_SUITE(NetworkSessionsTest);

}  // namespace
}  // namespace postern::store
