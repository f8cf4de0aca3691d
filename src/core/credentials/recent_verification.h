#pragma once
// RecentVerifications: passwords that were verified a moment ago, so that a client that binds again
// costs microseconds instead of a slow hash. A row holds an HMAC-SHA256 under a key that lives as
// long as this object, bound to user, service, credential id ("password") and credential
// generation: a change of generation misses. It never holds plaintext, never remembers a failure
// and knows nothing of one-time codes. Bounded: 65,536 rows, the oldest of a bucket makes room.
//
// Thread-safe; verify() does not allocate. Source: design.md 2 idea 5.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/ids.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"

namespace postern::core {

class RecentVerifications {
 public:
  static constexpr std::size_t kRows = 65536;

  // lifetime 0 = off: nothing is remembered, verify() is false.
  RecentVerifications(const Clock& clock, Random& random,
                      std::chrono::milliseconds lifetime = std::chrono::minutes(5));
  ~RecentVerifications();
  RecentVerifications(const RecentVerifications&) = delete;
  RecentVerifications& operator=(const RecentVerifications&) = delete;

  bool verify(UserId user, ProviderId service, std::uint64_t generation,
              std::string_view password) const noexcept;
  // Only after the whole attempt was granted.
  void remember(UserId user, ProviderId service, std::uint64_t generation,
                std::string_view password) noexcept;

 private:
  using Digest = std::array<std::uint8_t, 32>;
  struct Row;
  struct Shard;

  Shard& shard_of(UserId user, ProviderId service, std::size_t& bucket) const noexcept;
  bool expired(const Row& row, Instant now) const noexcept;

  const Clock& clock_;
  const std::chrono::milliseconds lifetime_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace postern::core
