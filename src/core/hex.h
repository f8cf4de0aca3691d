#pragma once
// Octets as lower-case hex text and back (either case accepted). Thread: pure functions.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace postern::core {

std::string to_hex(std::span<const std::uint8_t> octets);
std::string to_hex(std::string_view octets);
std::optional<std::string> from_hex(std::string_view text);

}  // namespace postern::core
