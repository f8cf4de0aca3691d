#pragma once
// What a flow is made of, as a number that is the same on every node: what was left open in a flow
// does not outlive a change of it. Thread: pure.

#include <cstdint>

#include "core/access/catalog.h"

namespace postern::core {

std::uint64_t fingerprint(const Flow& flow) noexcept;

}  // namespace postern::core
