#pragma once
// Keys of tokens: app passwords, API tokens, recovery keys. Made here they read
// `<prefix><key id><secret>`: prefix "pst_", 8 characters of key id, 32 of secret, base62 (190
// random bits); stored as SHA-256 of the whole string, never verified by a slow hash. A key given
// by hand is taken as is, at least 20 characters, and has no key id. Source: design.md 2 idea 5, 7.
// Thread: pure functions.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/secret.h"

namespace postern::core {

inline constexpr std::string_view kKeyPrefix = "pst_";
inline constexpr std::size_t kKeyIdLength = 8;
inline constexpr std::size_t kKeySecretLength = 32;
inline constexpr std::size_t kMinGivenKey = 20;

struct NewKey {
  Secret text;  // shown once
  std::string key_id;
};

NewKey make_key(Random& random);
bool has_key_shape(std::string_view text) noexcept;          // prefix, length and alphabet fit
std::string_view key_id_of(std::string_view text) noexcept;  // "" when the shape does not fit
std::array<std::uint8_t, 32> key_verifier(std::string_view text);  // SHA-256

}  // namespace postern::core
