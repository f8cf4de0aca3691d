#pragma once
// OperationMeter: how many operations of each kind ended how, and how long they took; by the
// provider that they came through. For metrics and `postern top`; nothing in it names anybody.
//
// count() is for hot paths: it allocates only at a thread's first call, takes no lock, and writes
// to memory that few threads share. At most kSlots combinations per group of threads; those beyond
// are counted together as Operation::other. samples() may be called from any thread at any time and
// sees every count at least as of its begin.
//
// Results are the protocol's own numbers: LDAP result codes, RADIUS packet codes (0 = no answer),
// HTTP's hundreds (2, 3, 4, 5), 0 and 1 for the rest (done, failed).

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/ids.h"

namespace postern::core {

enum class Operation : std::uint8_t {
  other,
  ldap_bind,
  ldap_search,
  ldap_compare,
  ldap_update,
  ldap_extended,
  radius_access,
  radius_accounting,
  http_request,
  store_commit,
};
const char* operation_name(Operation operation) noexcept;  // "ldap_bind"

class OperationMeter {
 public:
  // Upper bounds in microseconds, both ends of what is served: a search of 8 us, a bind of 100 ms.
  static constexpr std::array<std::uint32_t, 13> kBounds{
      25, 50, 100, 250, 500, 1'000, 2'500, 10'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};
  static constexpr std::size_t kBuckets = kBounds.size() + 1;  // the last has no bound
  static constexpr std::size_t kSlots = 256;

  struct Sample {
    Operation operation{};
    std::uint16_t result = 0;
    ProviderId provider = 0;                        // 0 = none
    std::array<std::uint64_t, kBuckets> buckets{};  // not cumulated
    std::uint64_t microseconds = 0;

    std::uint64_t count() const noexcept;
  };

  OperationMeter();
  ~OperationMeter();
  OperationMeter(const OperationMeter&) = delete;
  OperationMeter& operator=(const OperationMeter&) = delete;

  void count(Operation operation, std::uint16_t result, ProviderId provider,
             std::chrono::nanoseconds took) noexcept;
  std::vector<Sample> samples() const;  // by operation, result, provider

 private:
  struct Shard;
  static constexpr std::size_t kShards = 16;
  Shard* shard() noexcept;

  std::array<std::atomic<Shard*>, kShards> shards_{};
};

// At or below which so much of the operations took, in microseconds: a bound of the buckets; 0 when
// there are none, the last bound when it is beyond.
std::uint32_t quantile(const OperationMeter::Sample& sample, double part) noexcept;

}  // namespace postern::core
