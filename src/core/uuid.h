#pragma once
// UUIDs in canonical lower-case text. Source: RFC 4122. Thread: pure functions.

#include <string_view>

#include "core/ids.h"
#include "core/ports/random.h"

namespace postern::core {

Uuid make_uuid(Random& random);                // version 4
bool is_uuid(std::string_view text) noexcept;  // canonical form, either case

}  // namespace postern::core
