#pragma once
// RateLimit: so many acts of one address in a minute, all at once or spread; then a refusal until
// there is room again. An IPv6 address counts by its /64. A table of fixed size: addresses that
// fall into one slot share it, which refuses a little early under an attack and never late.
//
// Thread-safe.

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "core/ports/clock.h"

namespace postern::http {

class RateLimit {
 public:
  // 0 = no limit.
  RateLimit(const core::Clock& clock, int per_minute) : clock_(clock), per_minute_(per_minute) {}

  // Seconds to wait; 0 = go on.
  int wait(std::string_view address);
  // One act more.
  void count(std::string_view address);

 private:
  struct Slot {
    core::Instant at{};
    double used = 0;
  };
  Slot& slot(std::string_view address);

  const core::Clock& clock_;
  const int per_minute_;
  std::mutex mutex_;
  std::array<Slot, 8192> slots_{};
};

}  // namespace postern::http
