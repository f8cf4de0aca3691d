#pragma once
// Counts calls of operator new in this program, per thread.

#include <cstddef>

namespace postern::test {

std::size_t allocations() noexcept;

}  // namespace postern::test
