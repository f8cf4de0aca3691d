#pragma once
// Network sessions in memory, by the same rules as the real store: for tests of servers.
// `away` makes every call throw. Thread-safe as far as one test needs: one thread.

#include <algorithm>
#include <vector>

#include "core/network/merge.h"
#include "core/ports/store.h"
#include "support/fake_store.h"

namespace postern::test {

class KeptSessions final : public core::NetworkSessionStore {
 public:
  void record(std::span<const core::AccountingRecord> records) override {
    here();
    ++transactions;
    for (const core::AccountingRecord& record : records) record_one(record);
  }
  std::vector<core::NetworkSession> list(const core::NetworkSessionQuery& query) override {
    here();
    std::vector<core::NetworkSession> out;
    for (auto at = all.rbegin(); at != all.rend() && out.size() < query.limit; ++at) {
      if (query.to_end && (at->end_asked == 0 || !at->live())) continue;
      const bool fits = (query.user == 0 || at->user == query.user) &&
                        (query.session_id.empty() || at->session_id == query.session_id) &&
                        (!query.live_only || at->live() ||
                         (query.or_ended_after > 0 && at->stopped > query.or_ended_after));
      if (fits) out.push_back(*at);
    }
    return out;
  }
  std::optional<core::NetworkSession> get(std::int64_t pk) override {
    here();
    return all.at(static_cast<std::size_t>(pk - 1));
  }
  std::vector<core::UserId> live_users() override {
    here();
    std::vector<core::UserId> out;
    for (const auto& one : all) {
      if (one.live() && one.user > 0) out.push_back(one.user);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  bool ask_to_end(std::int64_t pk, core::WallMs now) override {
    here();
    core::NetworkSession& one = all.at(static_cast<std::size_t>(pk - 1));
    if (one.live()) one.end_asked = now;
    return one.live();
  }
  bool claim_disconnect(std::int64_t pk, core::WallMs now, core::WallMs not_since) override {
    here();
    core::NetworkSession& one = all.at(static_cast<std::size_t>(pk - 1));
    if (!one.live() || one.disconnect_at >= not_since) return false;
    one.disconnect = "asked";
    one.disconnect_at = now;
    return true;
  }
  void note_disconnect(std::int64_t pk, std::string_view result, bool gone,
                       core::WallMs now) override {
    here();
    core::NetworkSession& one = all.at(static_cast<std::size_t>(pk - 1));
    one.disconnect = result;
    one.disconnect_at = now;
    if (gone && one.live()) one.stopped = now;
  }
  std::size_t forget(core::WallMs, std::size_t) override { return 0; }

  std::vector<core::NetworkSession> all;  // pk - 1 is the place
  int transactions = 0;
  bool away = false;

 private:
  void here() const {
    if (away) throw core::StoreError(core::StoreError::Kind::gone, "away");
  }
  void put(core::NetworkSession session) {
    if (session.pk == 0) {
      session.pk = static_cast<std::int64_t>(all.size()) + 1;
      all.push_back(std::move(session));
    } else {
      all.at(static_cast<std::size_t>(session.pk - 1)) = std::move(session);
    }
  }
  void record_one(const core::AccountingRecord& record) {
    if (record.status == core::accounting::kOn || record.status == core::accounting::kOff) {
      for (auto& one : all) {
        if (one.nas == record.facts.nas) core::close_by(record, one);
      }
      return;
    }
    const core::NetworkSession* newest = nullptr;
    for (const auto& one : all) {
      if (one.nas == record.facts.nas && one.session_id == record.facts.session_id) newest = &one;
    }
    core::Merged merged = core::merge(newest, record);
    if (merged.closes) put(*merged.closes);
    put(std::move(merged.session));
  }
};

class NetworkStore final : public FakeStore {
 public:
  core::NetworkSessionStore& network_sessions() override { return sessions; }
  KeptSessions sessions;
};

}  // namespace postern::test
