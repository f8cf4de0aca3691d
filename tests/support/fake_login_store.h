#pragma once
// A Store for tests of logins: single-use facts, code guesses, re-hashes and throttle rows in maps.
// What logins never call throws. `fail_at` names one method that throws StoreError.

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/ports/store.h"

namespace postern::core::fake {

class LoginStore final : public Store {
 public:
  std::unique_ptr<Transaction> begin() override { fail(); }
  std::vector<Object> list(const Model&, const ListQuery&) override { fail(); }
  std::int64_t count(const Model&, const ListQuery&) override { fail(); }
  std::string epoch() override { fail(); }
  std::int64_t last_change() override { fail(); }
  std::int64_t oldest_change() override { fail(); }
  std::vector<Change> changes_after(std::int64_t, std::size_t) override { fail(); }
  void trim_changes(std::int64_t) override { fail(); }
  void on_commit(std::function<void(std::int64_t)>) override { fail(); }
  std::optional<StoredUser> load_user(UserId) override { fail(); }
  std::optional<StoredGroup> load_group(GroupNumber) override { fail(); }
  StoredConfig load_config() override { fail(); }
  void scan(const std::function<void(const StoredGroup&)>&,
            const std::function<void(const StoredUser&)>&) override {
    fail();
  }

  bool consume_totp_step(const Uuid& device, std::int64_t step) override {
    const auto lock = enter("consume_totp_step");
    auto [last, fresh] = last_step.try_emplace(device, step);
    if (fresh) return true;
    if (step <= last->second) return false;
    last->second = step;
    return true;
  }
  bool consume_static_code(const Uuid& code, WallMs) override {
    const auto lock = enter("consume_static_code");
    return used_codes.insert(code).second;
  }
  bool consume_token(const Uuid&) override { fail(); }
  std::vector<Uuid> idle_tokens(WallMs, std::size_t) override { fail(); }
  bool reserve_code_guess(const Uuid& device, WallMs, int per_window, WallMs, int) override {
    const auto lock = enter("reserve_code_guess");
    int& guesses = code_guesses[device];
    if (guesses >= per_window) return false;
    ++guesses;
    return true;
  }
  void refund_code_guess(const Uuid& device) override {
    const auto lock = enter("refund_code_guess");
    --code_guesses[device];
  }
  std::optional<std::uint32_t> use_grace_login(UserId, int allowed) override {
    const auto lock = enter("use_grace_login");
    if (grace_used >= allowed) return std::nullopt;
    return static_cast<std::uint32_t>(allowed - ++grace_used);
  }
  std::vector<std::string> password_history(UserId, std::size_t limit) override {
    const auto lock = enter("password_history");
    return {history.begin(),
            history.begin() + static_cast<std::ptrdiff_t>(std::min(limit, history.size()))};
  }
  bool replace_password_hash(UserId user, std::string_view old_hash,
                             std::string_view new_hash) override {
    const auto lock = enter("replace_password_hash");
    rehashes.push_back({user, std::string(old_hash), std::string(new_hash)});
    return true;
  }

  void append_events(std::span<const Event>, std::span<const std::pair<UserId, WallMs>>,
                     std::span<const std::pair<Uuid, WallMs>>) override {
    fail();
  }
  std::vector<Event> events(std::size_t, std::string_view) override { fail(); }
  void save_throttle(std::span<const ThrottleRow> rows) override {
    const auto lock = enter("save_throttle");
    for (const ThrottleRow& row : rows) throttle[row.key] = row;
  }
  std::vector<ThrottleRow> load_throttle() override {
    const auto lock = enter("load_throttle");
    std::vector<ThrottleRow> out;
    for (const auto& [key, row] : throttle) out.push_back(row);
    return out;
  }

  struct Rehash {
    UserId user;
    std::string old_hash, new_hash;
  };
  std::string fail_at;
  int calls = 0;
  std::map<Uuid, std::int64_t> last_step;
  std::set<Uuid> used_codes;
  std::map<Uuid, int> code_guesses;
  std::vector<Rehash> rehashes;
  std::map<std::string, ThrottleRow> throttle;
  int grace_used = 0;
  std::vector<std::string> history;  // newest first

 private:
  [[noreturn]] static void fail() {
    throw StoreError(StoreError::Kind::other, "a login does not call this");
  }

  std::unique_lock<std::mutex> enter(std::string_view method) {
    std::unique_lock lock(mutex_);
    if (method == fail_at) throw StoreError(StoreError::Kind::gone, "injected");
    ++calls;
    return lock;
  }

  std::mutex mutex_;
};

}  // namespace postern::core::fake
