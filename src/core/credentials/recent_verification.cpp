#include "core/credentials/recent_verification.h"

#include <sodium.h>

#include <cstring>
#include <mutex>

#include "core/credentials/digest.h"

namespace postern::core {
namespace {

constexpr std::size_t kShards = 64;
constexpr std::size_t kWays = 4;
constexpr std::size_t kBuckets = RecentVerifications::kRows / kShards / kWays;
constexpr std::string_view kCredential = "password";

std::uint64_t mix(std::uint64_t value) noexcept {  // splitmix64's finaliser
  value ^= value >> 30;
  value *= 0xbf58476d1ce4e5b9u;
  value ^= value >> 27;
  value *= 0x94d049bb133111ebu;
  return value ^ value >> 31;
}

struct Bound {  // what the HMAC covers before the password
  std::int64_t user, service;
  std::uint64_t generation;
  char credential[8];
};

std::string_view octets(const Bound& bound) noexcept {
  return {reinterpret_cast<const char*>(&bound), sizeof bound};
}

Bound bind(UserId user, ProviderId service, std::uint64_t generation) noexcept {
  Bound bound{user, service, generation, {}};
  std::memcpy(bound.credential, kCredential.data(), sizeof bound.credential);
  return bound;
}

}  // namespace

struct RecentVerifications::Row {
  UserId user = 0;  // 0 = free
  ProviderId service = 0;
  std::uint64_t generation = 0;
  Instant verified{};
  Digest digest{};
};

struct RecentVerifications::Shard {
  std::mutex mutex;
  std::unique_ptr<KeyedHmac> hmac;  // one keyed context per shard, used under its lock
  std::array<std::array<Row, kWays>, kBuckets> buckets{};
};

RecentVerifications::RecentVerifications(const Clock& clock, Random& random,
                                         std::chrono::milliseconds lifetime)
    : clock_(clock), lifetime_(lifetime) {
  if (lifetime_.count() <= 0) return;
  shards_ = std::make_unique<Shard[]>(kShards);
  Digest key;
  random.fill(key);
  for (std::size_t i = 0; i < kShards; ++i) shards_[i].hmac = std::make_unique<KeyedHmac>(key);
  sodium_memzero(key.data(), key.size());
}

RecentVerifications::~RecentVerifications() = default;

RecentVerifications::Shard& RecentVerifications::shard_of(UserId user, ProviderId service,
                                                          std::size_t& bucket) const noexcept {
  const std::uint64_t hash =
      mix(static_cast<std::uint64_t>(user) ^ mix(static_cast<std::uint64_t>(service) + 1));
  bucket = hash / kShards % kBuckets;
  return shards_[hash % kShards];
}

bool RecentVerifications::expired(const Row& row, Instant now) const noexcept {
  return now - row.verified >= lifetime_ || now < row.verified;
}

bool RecentVerifications::verify(UserId user, ProviderId service, std::uint64_t generation,
                                 std::string_view password) const noexcept {
  if (!shards_ || user == 0 || generation == 0) return false;
  std::size_t bucket = 0;
  Shard& shard = shard_of(user, service, bucket);
  const Instant now = clock_.coarse();
  const std::lock_guard lock(shard.mutex);
  for (Row& row : shard.buckets[bucket]) {
    if (row.user != user || row.service != service) continue;
    if (row.generation != generation || expired(row, now)) return false;
    Digest digest;
    if (!shard.hmac->compute(octets(bind(user, service, generation)), password, digest))
      return false;
    return sodium_memcmp(digest.data(), row.digest.data(), digest.size()) == 0;
  }
  return false;
}

void RecentVerifications::remember(UserId user, ProviderId service, std::uint64_t generation,
                                   std::string_view password) noexcept {
  if (!shards_ || user == 0 || generation == 0) return;
  std::size_t bucket = 0;
  Shard& shard = shard_of(user, service, bucket);
  const std::lock_guard lock(shard.mutex);
  Row row{user, service, generation, clock_.coarse(), {}};
  if (!shard.hmac->compute(octets(bind(user, service, generation)), password, row.digest)) return;
  Row* place = nullptr;
  for (Row& old : shard.buckets[bucket]) {
    if (old.user == user && old.service == service) {
      place = &old;
      break;
    }
    if (place == nullptr || old.user == 0 || (place->user != 0 && old.verified < place->verified)) {
      place = &old;
    }
  }
  *place = row;
}

}  // namespace postern::core
