#pragma once
// The two clocks of the core. Wall time is int64 milliseconds since 1970-01-01T00:00:00Z,
// everywhere: in the Store, the Directory and grants; 0 means "not set". Instants are for deadlines
// only.

#include <time.h>

#include <chrono>
#include <cstdint>

namespace postern::core {

using WallMs = std::int64_t;
using Instant = std::chrono::steady_clock::time_point;

// Both clocks as of the kernel's last tick, at most 4 ms ago: a sixth of the price of an exact
// reading, which a login would pay ten times.
inline std::chrono::nanoseconds coarse_reading(clockid_t clock) noexcept {
  timespec at{};
  ::clock_gettime(clock, &at);
  return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
}
inline WallMs coarse_wall() noexcept {
  return coarse_reading(CLOCK_REALTIME_COARSE) / std::chrono::milliseconds(1);
}
inline Instant coarse_now() noexcept { return Instant(coarse_reading(CLOCK_MONOTONIC_COARSE)); }

}  // namespace postern::core
