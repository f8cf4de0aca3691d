#pragma once
// FakeStore: a Store in memory for tests of what reads it: projections, the feed, its epoch. Tests
// set users, groups and configuration as projections; each change appends to the feed and rings the
// listeners. Memberships are kept on the user (groups) and the group (parents); members and
// children follow. Not for tests of writing: transactions and single-use facts are refused.
// Thread-safe.

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/ports/store.h"

namespace postern::test {

class FakeStore : public core::Store {
 public:
  // --- setting up ---
  std::int64_t put_user(core::StoredUser user) {
    std::unique_lock lock(mutex_);
    const core::UserId pk = user.pk;
    std::sort(user.groups.begin(), user.groups.end());
    users_[pk] = std::move(user);
    return append('u', pk, lock);
  }
  std::int64_t drop_user(core::UserId pk) {
    std::unique_lock lock(mutex_);
    users_.erase(pk);
    return append('u', pk, lock);
  }
  std::int64_t put_group(core::StoredGroup group) {
    std::unique_lock lock(mutex_);
    const core::GroupNumber num = group.num_pk;
    std::sort(group.parents.begin(), group.parents.end());
    groups_[num] = std::move(group);
    return append('g', num, lock);
  }
  // As the real Store: links cascade, only the group itself is fed.
  std::int64_t drop_group(core::GroupNumber num) {
    std::unique_lock lock(mutex_);
    groups_.erase(num);
    for (auto& [pk, user] : users_) std::erase(user.groups, num);
    for (auto& [other, group] : groups_) std::erase(group.parents, num);
    return append('g', num, lock);
  }
  // Sets the members by way of the group: only the group is fed.
  std::int64_t set_members(core::GroupNumber num, const std::vector<core::UserId>& members) {
    std::unique_lock lock(mutex_);
    for (auto& [pk, user] : users_) {
      std::erase(user.groups, num);
      if (std::find(members.begin(), members.end(), pk) == members.end()) continue;
      user.groups.push_back(num);
      std::sort(user.groups.begin(), user.groups.end());
    }
    return append('g', num, lock);
  }
  std::int64_t set_config(core::StoredConfig config) {
    std::unique_lock lock(mutex_);
    config_ = std::move(config);
    return append('c', 0, lock);
  }
  std::int64_t everything_changed() {
    std::unique_lock lock(mutex_);
    return append('v', 0, lock);
  }
  void set_epoch(std::string epoch) {
    const std::lock_guard lock(mutex_);
    epoch_ = std::move(epoch);
  }
  void set_away(bool away) {
    const std::lock_guard lock(mutex_);
    away_ = away;
  }
  // Back to an earlier sequence number, as after a restore.
  void truncate_feed(std::int64_t last) {
    const std::lock_guard lock(mutex_);
    std::erase_if(feed_, [last](const core::Change& change) { return change.seq > last; });
    last_ = last;
  }
  std::size_t scans() const {
    const std::lock_guard lock(mutex_);
    return scans_;
  }

  // --- core::Store ---
  std::unique_ptr<core::Transaction> begin() override { refuse(); }
  std::vector<core::Object> list(const core::Model&, const core::ListQuery&) override { return {}; }
  std::int64_t count(const core::Model&, const core::ListQuery&) override { return 0; }
  std::string epoch() override {
    const std::lock_guard lock(mutex_);
    check_here();
    return epoch_;
  }
  std::int64_t last_change() override {
    const std::lock_guard lock(mutex_);
    check_here();
    return last_;
  }
  std::int64_t oldest_change() override {
    const std::lock_guard lock(mutex_);
    check_here();
    return feed_.empty() ? 0 : feed_.front().seq;
  }
  std::vector<core::Change> changes_after(std::int64_t seq, std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    check_here();
    std::vector<core::Change> out;
    auto at = std::upper_bound(feed_.begin(), feed_.end(), seq,
                               [](std::int64_t s, const core::Change& c) { return s < c.seq; });
    for (; at != feed_.end() && out.size() < limit; ++at) out.push_back(*at);
    return out;
  }
  void trim_changes(std::int64_t up_to) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(feed_, [up_to](const core::Change& change) { return change.seq <= up_to; });
  }
  void on_commit(std::function<void(std::int64_t)> listener) override {
    const std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(listener));
  }
  std::optional<core::StoredUser> load_user(core::UserId pk) override {
    const std::lock_guard lock(mutex_);
    check_here();
    const auto found = users_.find(pk);
    if (found == users_.end()) return std::nullopt;
    return found->second;
  }
  std::optional<core::StoredGroup> load_group(core::GroupNumber num) override {
    const std::lock_guard lock(mutex_);
    check_here();
    const auto found = groups_.find(num);
    if (found == groups_.end()) return std::nullopt;
    return whole(found->second);
  }
  core::StoredConfig load_config() override {
    const std::lock_guard lock(mutex_);
    check_here();
    return config_;
  }
  void scan(const std::function<void(const core::StoredGroup&)>& group,
            const std::function<void(const core::StoredUser&)>& user) override {
    std::map<core::UserId, core::StoredUser> users;
    std::vector<core::StoredGroup> groups;
    {
      const std::lock_guard lock(mutex_);
      check_here();
      ++scans_;
      users = users_;
      for (const auto& [num, stored] : groups_) groups.push_back(whole(stored));
    }
    for (const auto& stored : groups) group(stored);
    for (const auto& [pk, stored] : users) user(stored);
  }
  bool consume_totp_step(const core::Uuid&, std::int64_t) override { refuse(); }
  bool consume_static_code(const core::Uuid&, core::WallMs) override { refuse(); }
  bool consume_token(const core::Uuid&) override { refuse(); }
  std::vector<core::Uuid> idle_tokens(core::WallMs, std::size_t) override { refuse(); }
  bool reserve_code_guess(const core::Uuid&, core::WallMs, int, core::WallMs, int) override {
    refuse();
  }
  void refund_code_guess(const core::Uuid&) override { refuse(); }
  std::optional<std::uint32_t> use_grace_login(core::UserId, int) override { refuse(); }
  std::vector<std::string> password_history(core::UserId, std::size_t) override { return {}; }
  bool replace_password_hash(core::UserId, std::string_view, std::string_view) override {
    refuse();
  }
  void append_events(std::span<const core::Event>,
                     std::span<const std::pair<core::UserId, core::WallMs>>,
                     std::span<const std::pair<core::Uuid, core::WallMs>>) override {}
  std::vector<core::Event> events(std::size_t, std::string_view) override { return {}; }
  void save_throttle(std::span<const ThrottleRow>) override {}
  std::vector<ThrottleRow> load_throttle() override { return {}; }

 private:
  [[noreturn]] static void refuse() {
    throw core::StoreError(core::StoreError::Kind::other, "the fake store only reads");
  }
  void check_here() const {
    if (away_) throw core::StoreError(core::StoreError::Kind::gone, "the store is away");
  }
  core::StoredGroup whole(core::StoredGroup group) const {
    group.members.clear();
    group.children.clear();
    for (const auto& [pk, user] : users_) {
      if (std::binary_search(user.groups.begin(), user.groups.end(), group.num_pk)) {
        group.members.push_back(pk);
      }
    }
    for (const auto& [num, other] : groups_) {
      if (std::binary_search(other.parents.begin(), other.parents.end(), group.num_pk)) {
        group.children.push_back(num);
      }
    }
    return group;
  }
  std::int64_t append(char kind, std::int64_t id, std::unique_lock<std::mutex>& lock) {
    const std::int64_t seq = ++last_;
    feed_.push_back({seq, kind, id});
    const auto listeners = listeners_;
    lock.unlock();
    for (const auto& listener : listeners) listener(seq);
    return seq;
  }

  mutable std::mutex mutex_;
  std::map<core::UserId, core::StoredUser> users_;
  std::map<core::GroupNumber, core::StoredGroup> groups_;
  core::StoredConfig config_;
  std::vector<core::Change> feed_;
  std::vector<std::function<void(std::int64_t)>> listeners_;
  std::string epoch_ = "epoch-1";
  std::int64_t last_ = 0;
  std::size_t scans_ = 0;
  bool away_ = false;
};

}  // namespace postern::test
