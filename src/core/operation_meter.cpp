#include "core/operation_meter.h"

#include <algorithm>
#include <map>
#include <new>
#include <numeric>

namespace postern::core {
namespace {

using Counter = std::atomic<std::uint64_t>;

// 0 is no key: operations begin at 1 here.
std::uint64_t key_of(Operation operation, std::uint16_t result, ProviderId provider) noexcept {
  return (std::uint64_t{static_cast<std::uint8_t>(operation)} + 1) << 56U |
         std::uint64_t{result} << 40U | (static_cast<std::uint64_t>(provider) & 0xFF'FFFF'FFFFU);
}

std::size_t place_of(std::uint64_t key) noexcept {
  return static_cast<std::size_t>((key * 0x9E37'79B9'7F4A'7C15U) >> 56U);
}

std::size_t bucket_of(std::uint64_t microseconds) noexcept {
  const auto& bounds = OperationMeter::kBounds;
  std::size_t bucket = 0;
  while (bucket < bounds.size() && microseconds > bounds[bucket]) ++bucket;
  return bucket;
}

// Threads take turns in the shards.
std::size_t my_number() noexcept {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

}  // namespace

struct OperationMeter::Shard {
  struct alignas(64) Slot {
    Counter key{0};
    Counter microseconds{0};
    std::array<Counter, kBuckets> buckets{};
  };
  std::array<Slot, kSlots> slots;

  Slot* find(std::uint64_t key) noexcept {
    std::size_t place = place_of(key) % kSlots;
    for (std::size_t tried = 0; tried < kSlots; ++tried, place = (place + 1) % kSlots) {
      std::uint64_t there = slots[place].key.load(std::memory_order_relaxed);
      if (there == key) return &slots[place];
      if (there != 0) continue;
      if (slots[place].key.compare_exchange_strong(there, key, std::memory_order_relaxed) ||
          there == key) {
        return &slots[place];
      }
    }
    return nullptr;
  }
};

OperationMeter::OperationMeter() = default;

OperationMeter::~OperationMeter() {
  for (auto& shard : shards_) delete shard.load();
}

OperationMeter::Shard* OperationMeter::shard() noexcept {
  auto& mine = shards_[my_number() % kShards];
  Shard* there = mine.load(std::memory_order_acquire);
  if (there != nullptr) return there;
  auto fresh = std::unique_ptr<Shard>(new (std::nothrow) Shard());
  if (!fresh) return nullptr;
  // What is counted when all slots are taken has its own from the beginning.
  fresh->find(key_of(Operation::other, 0, 0));
  if (mine.compare_exchange_strong(there, fresh.get(), std::memory_order_acq_rel)) {
    return fresh.release();
  }
  return there;
}

void OperationMeter::count(Operation operation, std::uint16_t result, ProviderId provider,
                           std::chrono::nanoseconds took) noexcept {
  Shard* const mine = shard();
  if (mine == nullptr) return;
  Shard::Slot* slot = mine->find(key_of(operation, result, provider));
  if (slot == nullptr) slot = mine->find(key_of(Operation::other, 0, 0));
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, took.count() / 1000));
  slot->buckets[bucket_of(micros)].fetch_add(1, std::memory_order_relaxed);
  slot->microseconds.fetch_add(micros, std::memory_order_relaxed);
}

std::vector<OperationMeter::Sample> OperationMeter::samples() const {
  std::map<std::uint64_t, Sample> all;
  for (const auto& one : shards_) {
    const Shard* shard = one.load(std::memory_order_acquire);
    if (shard == nullptr) continue;
    for (const Shard::Slot& slot : shard->slots) {
      const std::uint64_t key = slot.key.load(std::memory_order_relaxed);
      if (key == 0) continue;
      Sample& sum = all[key];
      sum.operation = static_cast<Operation>((key >> 56U) - 1);
      sum.result = static_cast<std::uint16_t>(key >> 40U);
      sum.provider = static_cast<ProviderId>(key & 0xFF'FFFF'FFFFU);
      for (std::size_t i = 0; i < kBuckets; ++i) {
        sum.buckets[i] += slot.buckets[i].load(std::memory_order_relaxed);
      }
      sum.microseconds += slot.microseconds.load(std::memory_order_relaxed);
    }
  }
  std::vector<Sample> out;
  for (const auto& item : all) {
    if (item.second.count() != 0) out.push_back(item.second);
  }
  return out;
}

std::uint64_t OperationMeter::Sample::count() const noexcept {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

const char* operation_name(Operation operation) noexcept {
  constexpr std::array<const char*, 10> kNames{
      "other",         "ldap_bind",     "ldap_search",       "ldap_compare", "ldap_update",
      "ldap_extended", "radius_access", "radius_accounting", "http_request", "store_commit"};
  return kNames[static_cast<std::size_t>(operation) % kNames.size()];
}

std::uint32_t quantile(const OperationMeter::Sample& sample, double part) noexcept {
  const auto& bounds = OperationMeter::kBounds;
  const double wanted = part * static_cast<double>(sample.count());
  if (wanted <= 0) return 0;
  double seen = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    seen += static_cast<double>(sample.buckets[i]);
    if (seen >= wanted) return bounds[i];
  }
  return bounds.back();
}

}  // namespace postern::core
