#pragma once
// Random text over an alphabet, every character equally likely, and the wiping of plain strings
// that held a secret. Thread: functions.

#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/secret.h"

namespace postern::core {

inline constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view kLowerBase36 = "0123456789abcdefghijklmnopqrstuvwxyz";

Secret random_text(Random& random, std::string_view alphabet, std::size_t length);
void wipe(std::string& text) noexcept;

}  // namespace postern::core
