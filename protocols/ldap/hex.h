#pragma once
// Hexadecimal digits, as they stand in escapes of DNs and filters. Internal to protocols/ldap.

#include <string>
#include <string_view>

namespace postern::ldap {

constexpr int hex_value(char c) noexcept {  // -1 = no digit
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The octet that two digits at `position` stand for; -1 if they are none.
constexpr int hex_pair(std::string_view text, std::size_t position) noexcept {
  if (position + 2 > text.size()) return -1;
  const int high = hex_value(text[position]);
  const int low = hex_value(text[position + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

inline void append_hex(std::string& out, char octet) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(octet);
  out.push_back(kDigits[value >> 4U]);
  out.push_back(kDigits[value & 0x0fU]);
}

}  // namespace postern::ldap
