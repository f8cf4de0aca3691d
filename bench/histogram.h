// Latencies in nanoseconds, counted in buckets that are at most 1/64 wide relative to their value,
// from 1 ns to 2^40 ns (18 minutes; longer ones count there). Fixed memory, no allocation. Single
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace postern::bench {

class Histogram {
 public:
  void record(std::int64_t nanoseconds);
  // The upper edge of the bucket that holds the given share (0..1) of all values; 0 if there are
  // none.
  [[nodiscard]] std::int64_t quantile(double share) const;
  [[nodiscard]] std::int64_t max() const { return max_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  static constexpr unsigned kSubBits = 6;
  static constexpr unsigned kMaxBits = 40;
  static constexpr std::size_t kBuckets = std::size_t{kMaxBits - kSubBits + 1} << kSubBits;

  static std::size_t bucket_of(std::uint64_t value);
  static std::int64_t upper_edge(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace postern::bench
