#include "core/credentials/static_code.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "core/credentials/digest.h"
#include "core/credentials/random_text.h"

namespace postern::core {

Secret make_static_code(Random& random, std::size_t length) {
  return random_text(random, kLowerBase36, std::clamp(length, kMinStaticCode, kMaxStaticCode));
}

bool is_static_code_text(std::string_view text) noexcept {
  if (text.size() < kMinStaticCode || text.size() > kMaxStaticCode) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

std::array<std::uint8_t, 32> static_code_verifier(const Sealer& sealer, std::string_view code) {
  std::array<std::uint8_t, 32> key = sealer.derive("static-code");
  const std::string mac = hmac(DigestKind::sha256, as_text(key), code);
  sodium_memzero(key.data(), key.size());
  std::array<std::uint8_t, 32> out;
  std::memcpy(out.data(), mac.data(), out.size());
  return out;
}

}  // namespace postern::core
