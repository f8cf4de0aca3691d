#include "core/credentials/throttle.h"

#include <sodium.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include "core/credentials/throttle_row.h"

namespace postern::core {
namespace {

constexpr std::size_t kShards = 32;

// Rows are keyed by a 64-bit keyed hash: no name is stored, and nobody can choose collisions.
struct Identity {
  std::size_t operator()(std::uint64_t hash) const noexcept { return hash; }
};

}  // namespace

struct Throttle::Row : ThrottleState {
  UserId user = 0;
  ProviderId service = 0;
  int open = 0;        // guesses being verified
  bool dirty = false;  // not yet in the Store
};

struct Throttle::Shard {
  mutable std::mutex mutex;
  std::condition_variable settled;
  std::unordered_map<std::uint64_t, Row, Identity> rows;
  std::vector<std::pair<UserId, ProviderId>> forgotten;  // to be taken out of the Store
};

struct Throttle::Table {
  explicit Table(std::size_t rows) : per_shard(std::max<std::size_t>(1, rows / kShards)) {}

  Shard& shard(std::uint64_t hash) noexcept { return shards[hash % kShards]; }

  // The row, made when missing. A full shard gives up, of a few rows beside the new one, the one
  // that failed longest ago, but never one with open guesses.
  Row& row(Shard& shard, std::uint64_t hash) {
    const auto found = shard.rows.find(hash);
    if (found != shard.rows.end()) return found->second;
    if (shard.rows.size() >= per_shard) evict(shard, hash);
    return shard.rows[hash];
  }

  static void evict(Shard& shard, std::uint64_t hash) {
    constexpr int kCandidates = 8;
    const std::size_t buckets = shard.rows.bucket_count();
    const std::pair<const std::uint64_t, Row>* oldest = nullptr;
    int seen = 0;
    for (std::size_t i = 0; i < buckets && seen < kCandidates; ++i) {
      const std::size_t bucket = (hash / kShards + i) % buckets;
      for (auto it = shard.rows.cbegin(bucket); it != shard.rows.cend(bucket); ++it) {
        if (it->second.open > 0) continue;
        ++seen;
        if (oldest == nullptr || it->second.touched() < oldest->second.touched()) oldest = &*it;
      }
    }
    if (oldest == nullptr) return;
    const std::uint64_t key = oldest->first;
    shard.rows.erase(key);
  }

  const std::size_t per_shard;
  std::array<Shard, kShards> shards;
};

struct Throttle::Sources {
  struct Source {
    std::vector<std::uint64_t> users;  // hashed names, distinct
    WallMs since = 0;
    bool alerted = false;
  };
  std::mutex mutex;
  std::unordered_map<std::uint64_t, Source, Identity> rows;
};

Throttle::Throttle(const Clock& clock, Random& random, ThrottleSettings settings)
    : clock_(clock),
      settings_(settings),
      known_(std::make_unique<Table>(settings.rows)),
      unknown_(std::make_unique<Table>(settings.unknown_rows)),
      app_passwords_(std::make_unique<Table>(settings.app_password_rows)),
      sources_(std::make_unique<Sources>()) {
  random.fill(key_);
}

Throttle::~Throttle() { sodium_memzero(key_.data(), key_.size()); }

// SipHash would do for table keys, but fingerprints of passwords go through here as well.
std::uint64_t Throttle::hash(std::string_view text, std::int64_t a, std::int64_t b) const noexcept {
  std::array<unsigned char, 16> out;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), out.size());
  const std::array<std::int64_t, 2> numbers{a, b};
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(numbers.data()),
                            sizeof numbers);
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                            text.size());
  crypto_generichash_final(&state, out.data(), out.size());
  std::uint64_t value = 0;
  std::memcpy(&value, out.data(), sizeof value);
  return value;
}

Throttle::Guess Throttle::identify(const ThrottleKey& key) const noexcept {
  Guess guess;
  guess.known = key.user != 0;
  guess.user = key.user;
  guess.service = key.service;
  guess.row = guess.known ? throttle_slot(key.user, key.service) : hash(key.name, 0, key.service);
  return guess;
}

std::chrono::milliseconds Throttle::delay_after(int failures) const noexcept {
  auto delay = settings_.first_delay;
  for (int i = 0; i < failures && delay < settings_.max_delay; ++i) delay *= 2;
  return std::min(delay, settings_.max_delay);
}

void Throttle::prune(Row& row, WallMs now) const noexcept {
  row.forget_before(now - settings_.window.count());
  if (row.refused_until != 0 && now - row.refused_until > 2 * settings_.max_refusal.count()) {
    row.refused_until = 0;
    row.level = 0;
  }
}

void Throttle::start_refusal(Row& row, WallMs now) const noexcept {
  auto length = settings_.refusal;
  for (int i = 0; i < row.level && length < settings_.max_refusal; ++i) length *= 2;
  row.refused_until = now + std::min(length, settings_.max_refusal).count();
  row.level = std::min(row.level + 1, 16);
  row.count = 0;  // a new window begins after the refusal
}

WallMs Throttle::expiry(const Row& row) const noexcept {
  return std::max(
      row.touched() + settings_.window.count(),
      row.refused_until == 0 ? 0 : row.refused_until + 2 * settings_.max_refusal.count());
}

Throttle::Guess Throttle::reserve(const ThrottleKey& key) {
  Guess guess = identify(key);
  if (!settings_.enabled) return guess;
  Table& table = table_of(guess);
  Shard& shard = table.shard(guess.row);
  const int limit = std::clamp(settings_.failures, 1, kMaxThrottleFailures);
  const auto deadline = std::chrono::steady_clock::now() + settings_.settle_wait;

  std::unique_lock lock(shard.mutex);
  for (;;) {
    Row& row = table.row(shard, guess.row);
    const WallMs now = clock_.wall();
    prune(row, now);
    row.user = guess.user;
    row.service = guess.service;
    guess.delay = delay_after(row.streak);
    if (now < row.refused_until) break;
    if (row.count + row.open < limit) {
      ++row.open;
      return guess;
    }
    // The limit is reached only together with guesses that are still open: most likely they are
    // right.
    if (shard.settled.wait_until(lock, deadline) == std::cv_status::timeout) break;
  }
  guess.refused = true;
  return guess;
}

void Throttle::succeeded(const Guess& guess) {
  if (!settings_.enabled || guess.refused) return;
  Table& table = table_of(guess);
  Shard& shard = table.shard(guess.row);
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.rows.find(guess.row);
    if (found == shard.rows.end()) return;
    Row& row = found->second;
    row.open = std::max(0, row.open - 1);
    row.dirty = row.dirty || row.streak != 0;
    row.streak = 0;
    if (row.blank() && row.open == 0 && !row.dirty) shard.rows.erase(found);
  }
  shard.settled.notify_all();
}

std::chrono::milliseconds Throttle::failed(const Guess& guess, std::string_view password) {
  if (!settings_.enabled || guess.refused) return guess.delay;
  const std::uint64_t print = hash(password, static_cast<std::int64_t>(guess.row), 1);
  Table& table = table_of(guess);
  Shard& shard = table.shard(guess.row);
  std::chrono::milliseconds delay{};
  {
    const std::lock_guard lock(shard.mutex);
    Row& row = table.row(shard, guess.row);
    const WallMs now = clock_.wall();
    row.user = guess.user;
    row.service = guess.service;
    row.open = std::max(0, row.open - 1);
    if (!row.seen(print, now, settings_.same_password.count())) {
      row.streak = std::min(row.streak + 1, 30);
      row.dirty = true;
      row.add(now);
      if (row.count >= std::clamp(settings_.failures, 1, kMaxThrottleFailures))
        start_refusal(row, now);
    }
    delay = delay_after(row.streak);
  }
  shard.settled.notify_all();
  return delay;
}

bool Throttle::refused(const ThrottleKey& key) const {
  return settings_.enabled && clock_.wall() < refused_until(key);
}

WallMs Throttle::refused_until(const ThrottleKey& key) const {
  if (!settings_.enabled) return 0;
  const Guess guess = identify(key);
  Shard& shard = table_of(guess).shard(guess.row);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.rows.find(guess.row);
  return found == shard.rows.end() ? 0 : found->second.refused_until;
}

std::chrono::milliseconds Throttle::app_password_failed(std::string_view source,
                                                        std::string_view credential) {
  if (!settings_.enabled) return std::chrono::milliseconds{0};
  const std::uint64_t key = hash(credential, static_cast<std::int64_t>(hash(source, 2, 0)), 3);
  Shard& shard = app_passwords_->shard(key);
  const std::lock_guard lock(shard.mutex);
  Row& row = app_passwords_->row(shard, key);
  const WallMs now = clock_.wall();
  if (now - row.touched() > settings_.window.count()) row.streak = 0;
  row.add(now);
  row.count = std::min(row.count, 1);
  row.streak = std::min(row.streak + 1, 30);
  return delay_after(row.streak);
}

bool Throttle::source_failed(std::string_view source, std::string_view username) {
  if (!settings_.enabled || settings_.alert_users <= 0) return false;
  const std::uint64_t key = hash(source, 4, 0), user = hash(username, 5, 0);
  const WallMs now = clock_.wall();
  const std::lock_guard lock(sources_->mutex);
  auto& rows = sources_->rows;
  if (rows.size() >= settings_.sources && !rows.contains(key)) {
    rows.erase(std::min_element(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return a.second.since < b.second.since;
    }));
  }
  Sources::Source& row = rows[key];
  if (row.since == 0 || now - row.since > settings_.alert_window.count()) row = {{}, now, false};
  if (row.alerted || std::find(row.users.begin(), row.users.end(), user) != row.users.end())
    return false;
  row.users.push_back(user);
  row.alerted = row.users.size() >= static_cast<std::size_t>(settings_.alert_users);
  return row.alerted;
}

bool Throttle::unlock(UserId user) {
  bool held = false;
  for (Shard& shard : known_->shards) {
    const std::lock_guard lock(shard.mutex);
    for (auto it = shard.rows.begin(); it != shard.rows.end();) {
      if (it->second.user != user) {
        ++it;
        continue;
      }
      held = held || !it->second.blank();
      shard.forgotten.emplace_back(user, it->second.service);
      if (it->second.open == 0) {
        it = shard.rows.erase(it);
      } else {
        static_cast<ThrottleState&>(it->second) = {};
        ++it;
      }
    }
    shard.settled.notify_all();
  }
  return held;
}

void Throttle::flush(Store& store) {
  for (Shard& shard : known_->shards) {
    std::vector<Store::ThrottleRow> out;
    std::vector<std::uint64_t> written;
    std::vector<std::pair<UserId, ProviderId>> forgotten;
    {
      const std::lock_guard lock(shard.mutex);
      forgotten.swap(shard.forgotten);
      for (const auto& [user, service] : forgotten) {
        out.push_back({throttle_key(user, service), encode_throttle({}), 1});  // expired: goes
      }
      for (auto& [key, row] : shard.rows) {
        if (!row.dirty) continue;
        row.dirty = false;
        written.push_back(key);
        out.push_back({throttle_key(row.user, row.service), encode_throttle(row), expiry(row)});
      }
    }
    if (out.empty()) continue;
    try {
      store.save_throttle(out);
    } catch (const StoreError&) {
      const std::lock_guard lock(shard.mutex);
      shard.forgotten.insert(shard.forgotten.end(), forgotten.begin(), forgotten.end());
      for (const std::uint64_t key : written) {
        const auto found = shard.rows.find(key);
        if (found != shard.rows.end()) found->second.dirty = true;
      }
      throw;
    }
  }
}

void Throttle::load(Store& store) {
  const WallMs now = clock_.wall();
  for (const Store::ThrottleRow& stored : store.load_throttle()) {
    UserId user = 0;
    ProviderId service = 0;
    ThrottleState state;
    if (stored.expires <= now || !parse_throttle_key(stored.key, user, service)) continue;
    if (!decode_throttle(stored.state, state)) continue;
    const std::uint64_t key = throttle_slot(user, service);
    Shard& shard = known_->shard(key);
    const std::lock_guard lock(shard.mutex);
    Row& row = known_->row(shard, key);
    static_cast<ThrottleState&>(row) = state;
    row.user = user;
    row.service = service;
  }
}

std::size_t Throttle::rows() const {
  std::size_t sum = 0;
  for (const auto* table : {known_.get(), unknown_.get(), app_passwords_.get()}) {
    for (const Shard& shard : table->shards) {
      const std::lock_guard lock(shard.mutex);
      sum += shard.rows.size();
    }
  }
  const std::lock_guard lock(sources_->mutex);
  return sum + sources_->rows.size();
}

}  // namespace postern::core
