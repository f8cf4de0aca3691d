#pragma once
// Clock: time passed in, so that every rule about time is tested without waiting. Thread-safe.

#include "core/time.h"

namespace postern::core {

class Clock {
 public:
  virtual ~Clock() = default;
  // May lag by a tick of the kernel (4 ms), in exchange for being nearly free.
  virtual WallMs wall() const noexcept = 0;
  // Exact, for what is measured.
  virtual Instant now() const noexcept = 0;
  // The same clock with the lag and price of wall(), for ages and deadlines.
  virtual Instant coarse() const noexcept { return now(); }
};

}  // namespace postern::core
