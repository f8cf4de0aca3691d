#pragma once
// Clock: time passed in, so that every rule about time is tested without waiting. Thread-safe.

#include "core/time.h"

namespace postern::core {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallMs wall() const noexcept = 0;
  virtual Instant now() const noexcept = 0;
};

}  // namespace postern::core
