#include "app/system.h"

#include <sodium.h>

#include <chrono>
#include <stdexcept>

namespace postern::app {

core::WallMs SystemClock::wall() const noexcept { return core::coarse_wall(); }

core::Instant SystemClock::now() const noexcept { return std::chrono::steady_clock::now(); }

core::Instant SystemClock::coarse() const noexcept { return core::coarse_now(); }

SystemRandom::SystemRandom() {
  if (sodium_init() < 0) throw std::runtime_error("no source of randomness (libsodium)");
}

void SystemRandom::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

}  // namespace postern::app
