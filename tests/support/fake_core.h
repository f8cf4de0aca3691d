#pragma once
// Fakes of the core's ports for tests of logins: a clock that is set, random octets that repeat, a
// directory of plain maps, an event log that remembers.

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/event_log.h"
#include "core/ports/random.h"

namespace postern::core::fake {

class SetClock final : public Clock {
 public:
  WallMs wall() const noexcept override { return 1'700'000'000'000 + ms_.load(); }
  Instant now() const noexcept override {
    return Instant{} + std::chrono::hours(1) + std::chrono::milliseconds(ms_.load());
  }
  void advance(std::chrono::milliseconds by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_{0};
};

// xorshift: well spread, the same in every run.
class SeededRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    for (std::uint8_t& octet : out) {
      state_ ^= state_ << 13;
      state_ ^= state_ >> 7;
      state_ ^= state_ << 17;
      octet = static_cast<std::uint8_t>(state_ >> 32);
    }
  }

 private:
  std::mutex mutex_;
  std::uint64_t state_ = 0x9e3779b97f4a7c15u;
};

class MapDirectory final : public Directory {
 public:
  Lookup find_user(UserField field, std::string_view value, LoginRecord& out) const override {
    ++lookups;
    if (broken) return Lookup::unavailable;
    const std::lock_guard lock(mutex);
    const LoginRecord* found = nullptr;
    for (const auto& [pk, user] : users) {
      const bool same = field == UserField::username ? user.username == value
                        : field == UserField::email  ? emails_of(pk) == value
                                                     : false;
      if (!same) continue;
      if (found != nullptr) return Lookup::ambiguous;
      found = &user;
    }
    if (found == nullptr) return Lookup::missing;
    out = *found;
    return Lookup::found;
  }
  Lookup read_user(UserId pk, LoginRecord& out) const override {
    if (broken) return Lookup::unavailable;
    const std::lock_guard lock(mutex);
    const auto found = users.find(pk);
    if (found == users.end()) return Lookup::missing;
    out = found->second;
    return Lookup::found;
  }
  std::uint64_t generation(UserId pk) const override {
    if (on_generation) on_generation();
    const std::lock_guard lock(mutex);
    const auto found = users.find(pk);
    return found == users.end() ? 0 : found->second.generation;
  }
  std::uint64_t security_epoch() const noexcept override { return epoch; }
  std::shared_ptr<const Catalog> catalog() const override { return configuration; }
  std::uint64_t catalog_version() const noexcept override { return configuration->version; }
  Freshness freshness() const noexcept override { return fresh; }

  LoginRecord& add(LoginRecord user) {
    const UserId pk = user.pk;
    return users[pk] = std::move(user);
  }

  mutable std::mutex mutex;
  std::map<UserId, LoginRecord> users;
  std::map<UserId, std::string> emails;
  std::shared_ptr<const Catalog> configuration = std::make_shared<Catalog>();
  Freshness fresh;
  std::uint64_t epoch = 1;
  bool broken = false;
  mutable std::atomic<int> lookups{0};
  std::function<void()> on_generation;  // called when a generation is read

 private:
  std::string emails_of(UserId pk) const {
    const auto found = emails.find(pk);
    return found == emails.end() ? std::string() : found->second;
  }
};

class KeptEvents final : public EventLog {
 public:
  void record(Event event) override {
    const std::lock_guard lock(mutex);
    events.push_back(std::move(event));
  }
  void touch_last_login(UserId user, WallMs) override {
    const std::lock_guard lock(mutex);
    logins.push_back(user);
  }
  void touch_token(const Uuid& token, WallMs) override {
    const std::lock_guard lock(mutex);
    tokens.push_back(token);
  }
  std::size_t count(std::string_view action) const {
    const std::lock_guard lock(mutex);
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [action](const Event& e) { return e.action == action; }));
  }

  mutable std::mutex mutex;
  std::vector<Event> events;
  std::vector<UserId> logins;
  std::vector<Uuid> tokens;
};

}  // namespace postern::core::fake
