#pragma once
// Random: cryptographically strong octets. Thread-safe.

#include <cstdint>
#include <span>

namespace postern::core {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace postern::core
