#include "directory/base64.h"

#include <cstdint>

namespace postern::directory {
namespace {

int sextet(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  std::size_t digits = 0, padding = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = sextet(c);
    if (value < 0 || padding != 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    if (++digits % 4 == 0) {
      for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(bits >> shift);
    }
  }
  const std::size_t rest = digits % 4;
  if (rest == 1 || padding > 2 || (padding != 0 && (digits + padding) % 4 != 0)) {
    return std::nullopt;
  }
  if (rest == 2) out += static_cast<char>(bits >> 4U);
  if (rest == 3) {
    out += static_cast<char>(bits >> 10U);
    out += static_cast<char>(bits >> 2U);
  }
  return out;
}

}  // namespace postern::directory
