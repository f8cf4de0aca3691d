// What accounting reports make of a session, in whatever order they come.

#include "core/network/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace postern::core {
namespace {

constexpr WallMs kBegin = 1'700'000'000'000;
constexpr std::int64_t kSecond = 1000;

AccountingRecord report(std::uint32_t status, std::int64_t after,
                        std::optional<std::int64_t> seconds = {}, std::int64_t octets = 0) {
  AccountingRecord record;
  record.status = status;
  record.at = kBegin + after * kSecond;
  record.seconds = seconds;
  record.facts.nas = "7|gateway|";
  record.facts.session_id = "s1";
  record.facts.outer_name = record.facts.username = "alice";
  record.facts.seen = record.at;
  record.facts.in_octets = octets;
  if (status == accounting::kStop) record.facts.terminate_cause = 1;
  return record;
}

// Sessions as a store keeps them.
struct Kept {
  std::vector<NetworkSession> all;

  void take(const AccountingRecord& record) {
    NetworkSession* newest = nullptr;
    for (NetworkSession& one : all) {
      if (one.session_id == record.facts.session_id) newest = &one;
    }
    const Merged merged = merge(newest, record);
    if (merged.closes) all[static_cast<std::size_t>(merged.closes->pk - 1)] = *merged.closes;
    if (merged.session.pk != 0) {
      all[static_cast<std::size_t>(merged.session.pk - 1)] = merged.session;
    } else {
      all.push_back(merged.session);
      all.back().pk = static_cast<std::int64_t>(all.size());
    }
  }
};

TEST(NetworkSessionMerge, Rfc2866_5_1_StartInterimStop) {
  Kept kept;
  kept.take(report(accounting::kStart, 0));
  EXPECT_TRUE(kept.all.at(0).live());
  EXPECT_EQ(kept.all[0].started, kBegin);
  kept.take(report(accounting::kInterim, 60, 60, 100));
  kept.take(report(accounting::kStop, 90, 90, 250));
  ASSERT_EQ(kept.all.size(), 1U);
  EXPECT_FALSE(kept.all[0].live());
  EXPECT_EQ(kept.all[0].stopped, kBegin + 90 * kSecond);
  EXPECT_EQ(kept.all[0].in_octets, 250);
  EXPECT_EQ(kept.all[0].seconds, 90);
  EXPECT_EQ(kept.all[0].terminate_cause, 1U);
}

// Whatever the order, and with each report twice, the same comes out.
TEST(NetworkSessionMerge, Rfc2866_5_5_EveryOrderGivesTheSameSession) {
  std::vector<AccountingRecord> reports{
      report(accounting::kStart, 0), report(accounting::kInterim, 60, 60, 100),
      report(accounting::kInterim, 120, 120, 220), report(accounting::kStop, 150, 150, 300)};
  std::vector<std::size_t> order{0, 1, 2, 3};
  do {
    for (const bool twice : {false, true}) {
      Kept kept;
      for (const std::size_t at : order) {
        kept.take(reports[at]);
        if (twice) kept.take(reports[at]);
      }
      ASSERT_EQ(kept.all.size(), 1U);
      const NetworkSession& session = kept.all[0];
      EXPECT_EQ(session.started, kBegin);
      EXPECT_EQ(session.interim, kBegin + 120 * kSecond);
      EXPECT_EQ(session.stopped, kBegin + 150 * kSecond);
      EXPECT_EQ(session.in_octets, 300);
      EXPECT_EQ(session.seconds, 150);
      EXPECT_TRUE(session.start_seen);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(NetworkSessionMerge, AnInterimWithoutAStartTellsWhenItBegan) {
  Kept kept;
  kept.take(report(accounting::kInterim, 100, 40));
  EXPECT_EQ(kept.all.at(0).started, kBegin + 60 * kSecond);
  EXPECT_TRUE(kept.all[0].live());
}

TEST(NetworkSessionMerge, Rfc2866_5_2_AStartAgainIsNoSecondSession) {
  Kept kept;
  kept.take(report(accounting::kStart, 0));
  kept.take(report(accounting::kStart, 0));
  kept.take(report(accounting::kStart, 45));  // from a NAS without Acct-Delay-Time
  ASSERT_EQ(kept.all.size(), 1U);
  EXPECT_EQ(kept.all[0].started, kBegin);
}

TEST(NetworkSessionMerge, ANasThatCountsFromTheBeginningOpensNewSessions) {
  Kept kept;
  kept.take(report(accounting::kStart, 0));
  kept.take(report(accounting::kStop, 10, 10));
  kept.take(report(accounting::kStart, 3600));
  ASSERT_EQ(kept.all.size(), 2U);
  EXPECT_FALSE(kept.all[0].live());
  EXPECT_TRUE(kept.all[1].live());
  // And while the old one still seemed to live.
  kept.take(report(accounting::kInterim, 3660, 60));
  kept.take(report(accounting::kStart, 7200));
  ASSERT_EQ(kept.all.size(), 3U);
  EXPECT_FALSE(kept.all[1].live());
  EXPECT_EQ(kept.all[1].terminate_cause, 11U);
  // A Stop whose Start was lost, of a session that began later than anything known.
  kept.take(report(accounting::kStop, 20'000, 100));
  EXPECT_EQ(kept.all.size(), 4U);
}

TEST(NetworkSessionMerge, ANameThatIsNotTiedDoesNotReplaceOneThatIs) {
  Kept kept;
  AccountingRecord tied = report(accounting::kStart, 0);
  tied.facts.user = 5;
  tied.facts.username = "alice";
  tied.facts.outer_name = "anonymous";
  tied.facts.login = {7, 5, 3, kBegin - 1, 0, 600, true};
  kept.take(tied);
  AccountingRecord later = report(accounting::kInterim, 60, 60);
  later.facts.user = 9;
  later.facts.username = "mallory";
  kept.take(later);
  EXPECT_EQ(kept.all.at(0).user, 5);
  EXPECT_EQ(kept.all[0].username, "alice");
  EXPECT_EQ(kept.all[0].login.generation, 3U);
}

TEST(NetworkSessionMerge, Rfc2866_5_1_AccountingOnEndsWhatBeganBefore) {
  Kept kept;
  kept.take(report(accounting::kStart, 0));
  NetworkSession session = kept.all[0];
  EXPECT_FALSE(close_by(report(accounting::kOn, -5), session));
  EXPECT_TRUE(close_by(report(accounting::kOn, 30), session));
  EXPECT_EQ(session.stopped, kBegin + 30 * kSecond);
  EXPECT_EQ(session.seconds, 30);
  EXPECT_STREQ(terminate_cause_name(session.terminate_cause), "NAS-Reboot");
  EXPECT_FALSE(close_by(report(accounting::kOff, 40), session));
}

TEST(NetworkSession, StaleAfterTwiceTheInterval) {
  NetworkSession session;
  session.seen = kBegin;
  session.login.interim = 300;
  EXPECT_FALSE(is_stale(session, kBegin + 600 * kSecond, 3600 * kSecond));
  EXPECT_TRUE(is_stale(session, kBegin + 601 * kSecond, 3600 * kSecond));
  session.login.interim = 0;
  EXPECT_FALSE(is_stale(session, kBegin + 601 * kSecond, 3600 * kSecond));
  EXPECT_TRUE(is_stale(session, kBegin + 3601 * kSecond, 3600 * kSecond));
  session.stopped = kBegin;
  EXPECT_FALSE(is_stale(session, kBegin + 3601 * kSecond, 3600 * kSecond));
}

}  // namespace
}  // namespace postern::core
