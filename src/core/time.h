#pragma once
// The two clocks of the core. Wall time is int64 milliseconds since 1970-01-01T00:00:00Z,
// everywhere: in the Store, the Directory and grants; 0 means "not set". Instants are for deadlines
// only.

#include <chrono>
#include <cstdint>

namespace postern::core {

using WallMs = std::int64_t;
using Instant = std::chrono::steady_clock::time_point;

}  // namespace postern::core
