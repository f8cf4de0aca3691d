#include "core/credentials/random_text.h"

#include <sodium.h>

#include <array>

namespace postern::core {

Secret random_text(Random& random, std::string_view alphabet, std::size_t length) {
  // Octets at or above the largest multiple of the alphabet are drawn again: no bias.
  const std::size_t limit = 256 - 256 % alphabet.size();
  std::string text;
  text.reserve(length);
  std::array<std::uint8_t, 64> pool;
  while (text.size() < length) {
    random.fill(pool);
    for (const std::uint8_t octet : pool) {
      if (octet < limit && text.size() < length) text.push_back(alphabet[octet % alphabet.size()]);
    }
  }
  sodium_memzero(pool.data(), pool.size());
  Secret out{text};
  wipe(text);
  return out;
}

void wipe(std::string& text) noexcept {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace postern::core
