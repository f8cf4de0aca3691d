#include "http/rate_limit.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "core/access/network.h"

namespace postern::http {

// What has flowed off since the last time goes first.
RateLimit::Slot& RateLimit::slot(std::string_view address) {
  std::string key(address);
  if (const auto octets = core::parse_address(address)) {
    const bool mapped = core::address_text(*octets).find(':') == std::string::npos;
    if (!mapped) key = core::address_text(core::masked(*octets, 64));
  }
  Slot& found = slots_[std::hash<std::string>{}(key) % slots_.size()];
  const core::Instant now = clock_.now();
  const std::chrono::duration<double> passed = now - found.at;
  found.used = std::max(0.0, found.used - passed.count() * per_minute_ / 60.0);
  found.at = now;
  return found;
}

int RateLimit::wait(std::string_view address) {
  if (per_minute_ <= 0) return 0;
  const std::lock_guard lock(mutex_);
  const double over = slot(address).used + 1.0 - per_minute_;
  if (over <= 0) return 0;
  return std::max(1, static_cast<int>(std::ceil(over * 60.0 / per_minute_)));
}

void RateLimit::count(std::string_view address) {
  if (per_minute_ <= 0) return;
  const std::lock_guard lock(mutex_);
  slot(address).used += 1.0;
}

}  // namespace postern::http
