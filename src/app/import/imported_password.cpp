#include "app/import/imported_password.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <array>

#include "core/credentials/password_hash.h"

namespace postern::app {
namespace {

constexpr std::size_t kSaltOctets = 16;

bool looks_hashed(std::string_view stored) {
  const auto close = stored.find('}');
  return (stored.starts_with('{') && close != std::string_view::npos && close > 1) ||
         stored.starts_with('$') || stored.starts_with("pbkdf2_");
}

std::string salted_sha512(std::string_view password, core::Random& random) {
  std::array<unsigned char, 64 + kSaltOctets> octets{};
  random.fill({octets.data() + 64, kSaltOctets});
  std::string input(password);
  input.append(reinterpret_cast<const char*>(octets.data() + 64), kSaltOctets);
  unsigned size = 0;
  EVP_Digest(input.data(), input.size(), octets.data(), &size, EVP_sha512(), nullptr);
  sodium_memzero(input.data(), input.size());
  std::string text(sodium_base64_ENCODED_LEN(octets.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), octets.data(), octets.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminator that libsodium writes
  return "{SSHA512}" + text;
}

}  // namespace

void take_password(std::string_view stored, core::Random& random, ImportEntry& entry) {
  using core::HashKind;
  if (core::PasswordHasher::kind(stored) != HashKind::unsupported &&
      core::PasswordHasher::kind(stored) != HashKind::none) {
    entry.fields["password_hash"] = stored;
    return;
  }
  if (looks_hashed(stored)) {
    entry.notes.push_back(
        "its password hash has a scheme that cannot be verified; it needs a new password");
    return;
  }
  entry.fields["password_hash"] = salted_sha512(stored, random);
}

}  // namespace postern::app
