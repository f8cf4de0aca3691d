#pragma once
// Static codes: printed one-time codes, 12 characters of [a-z0-9] by default (6 to 100 of
// [A-Za-z0-9] when given by hand). Stored as HMAC-SHA256 under a key derived from the sealing key,
// with the length in clear so that `password;code` knows the shape. Thread: pure functions.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/credentials/sealer.h"
#include "core/ports/random.h"

namespace postern::core {

inline constexpr std::size_t kStaticCodeLength = 12;
inline constexpr std::size_t kMinStaticCode = 6;
inline constexpr std::size_t kMaxStaticCode = 100;

Secret make_static_code(Random& random, std::size_t length = kStaticCodeLength);
bool is_static_code_text(std::string_view text) noexcept;  // [A-Za-z0-9]{6,100}
std::array<std::uint8_t, 32> static_code_verifier(const Sealer& sealer, std::string_view code);

}  // namespace postern::core
