#pragma once
// ASCII letters without case, whatever the locale says; other octets stay as they are. The home of
// these in core (protocols have protocols/ascii.h). Pure functions.

#include <string>
#include <string_view>

namespace postern::core {

constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline std::string ascii_lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

}  // namespace postern::core
