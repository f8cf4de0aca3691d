#pragma once
// The machine's clock and randomness behind the core's seams. Thread-safe.

#include "core/ports/clock.h"
#include "core/ports/random.h"

namespace postern::app {

class SystemClock final : public core::Clock {
 public:
  core::WallMs wall() const noexcept override;
  core::Instant now() const noexcept override;
  core::Instant coarse() const noexcept override;
};

class SystemRandom final : public core::Random {
 public:
  SystemRandom();
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace postern::app
