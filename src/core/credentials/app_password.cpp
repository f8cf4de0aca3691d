#include "core/credentials/app_password.h"

#include "core/credentials/digest.h"
#include "core/credentials/random_text.h"

namespace postern::core {
namespace {

bool is_base62(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

NewKey make_key(Random& random) {
  const Secret id = random_text(random, kBase62, kKeyIdLength);
  const Secret secret = random_text(random, kBase62, kKeySecretLength);
  std::string text(kKeyPrefix);
  text.reserve(kKeyPrefix.size() + kKeyIdLength + kKeySecretLength);
  text.append(id.reveal()).append(secret.reveal());
  NewKey key{Secret(text), std::string(id.reveal())};
  wipe(text);
  return key;
}

bool has_key_shape(std::string_view text) noexcept {
  if (text.size() != kKeyPrefix.size() + kKeyIdLength + kKeySecretLength) return false;
  if (!text.starts_with(kKeyPrefix)) return false;
  for (const char c : text.substr(kKeyPrefix.size())) {
    if (!is_base62(c)) return false;
  }
  return true;
}

std::string_view key_id_of(std::string_view text) noexcept {
  return has_key_shape(text) ? text.substr(kKeyPrefix.size(), kKeyIdLength) : std::string_view{};
}

std::array<std::uint8_t, 32> key_verifier(std::string_view text) { return sha256(text); }

}  // namespace postern::core
