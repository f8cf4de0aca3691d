#pragma once
// RADIUS packets for tests: from hex, or built attribute by attribute without any rule.

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "protocols/radius/packet.h"

namespace postern::test {

// Digits in pairs; everything else is ignored.
inline Octets from_hex_text(std::string_view text) {
  Octets out;
  int half = -1;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) continue;
    if (half < 0) {
      half = digit;
    } else {
      out.push_back(static_cast<std::uint8_t>(half * 16 + digit));
      half = -1;
    }
  }
  return out;
}

struct RawAttribute {
  std::uint8_t type;
  Octets value;
};

inline Octets octets_of(std::string_view text) { return {text.begin(), text.end()}; }

inline Octets raw_packet(std::uint8_t code, std::uint8_t identifier,
                         const radius::Authenticator& authenticator,
                         const std::vector<RawAttribute>& attributes) {
  Octets out(4 + authenticator.size());  // one allocation: GCC 12 misreads a growing one
  out[0] = code;
  out[1] = identifier;
  std::copy(authenticator.begin(), authenticator.end(), out.begin() + 4);
  for (const RawAttribute& one : attributes) {
    out.push_back(one.type);
    out.push_back(static_cast<std::uint8_t>(one.value.size() + 2));
    out.insert(out.end(), one.value.begin(), one.value.end());
  }
  out[2] = static_cast<std::uint8_t>(out.size() >> 8);
  out[3] = static_cast<std::uint8_t>(out.size() & 0xff);
  return out;
}

}  // namespace postern::test
