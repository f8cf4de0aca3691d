#include "core/credentials/password_hash.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

#include "core/credentials/imported_hash.h"
#include "core/credentials/saslprep.h"

namespace postern::core {
namespace {

std::size_t octets(const Argon2Cost& cost) noexcept { return std::size_t{cost.memory_kib} * 1024; }

// Ours carry no scheme. What others hashed was not prepared, so it is not when verified.
bool is_ours(std::string_view argon2) noexcept { return argon2.starts_with('$'); }

}  // namespace

PasswordHasher::PasswordHasher(Argon2Cost cost) : cost_(cost) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not initialise");
  if (octets(cost_) < crypto_pwhash_MEMLIMIT_MIN || cost_.passes < crypto_pwhash_OPSLIMIT_MIN) {
    throw std::invalid_argument("argon2id cost is below what libsodium allows");
  }
}

std::string PasswordHasher::hash(const Secret& password) const {
  count_.fetch_add(1, std::memory_order_relaxed);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const Secret prepared = prepared_password(password.reveal());
  const std::string_view text = prepared.reveal();
  if (crypto_pwhash_str_alg(out.data(), text.data(), text.size(), cost_.passes, octets(cost_),
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::runtime_error("argon2id: out of memory");
  }
  return out.data();
}

bool PasswordHasher::verify(std::string_view stored, const Secret& password) const {
  const std::string_view text = password.reveal();
  if (const auto argon2 = parse_argon2(stored)) {
    count_.fetch_add(1, std::memory_order_relaxed);
    const Secret prepared = is_ours(stored) ? prepared_password(text) : password;
    const std::string_view input = prepared.reveal();
    return crypto_pwhash_str_verify(argon2->text.c_str(), input.data(), input.size()) == 0;
  }
  if (const auto digest = parse_digest(stored)) return matches(*digest, text);
  if (const auto pbkdf2 = parse_pbkdf2(stored)) {
    if (!cheap(*pbkdf2)) count_.fetch_add(1, std::memory_order_relaxed);
    return matches(*pbkdf2, text);
  }
  if (const auto crypt = parse_crypt(stored)) {
    // What libxcrypt cannot take would answer at once: pay the price of a hash all the same.
    const bool fits = text.size() < 512 && text.find('\0') == std::string_view::npos;
    if (!fits && !crypt->cheap) dummy();
    if (!fits) return false;
    if (!crypt->cheap) count_.fetch_add(1, std::memory_order_relaxed);
    return matches(*crypt, text);
  }
  return false;
}

void PasswordHasher::dummy() const {
  count_.fetch_add(1, std::memory_order_relaxed);
  constexpr std::array<unsigned char, crypto_pwhash_SALTBYTES> kSalt{};
  std::array<unsigned char, 32> out;
  if (crypto_pwhash(out.data(), out.size(), "", 0, kSalt.data(), cost_.passes, octets(cost_),
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::runtime_error("argon2id: out of memory");
  }
}

HashKind PasswordHasher::kind(std::string_view stored) noexcept try {
  if (stored.empty()) return HashKind::none;
  if (parse_argon2(stored)) return HashKind::argon2;
  if (parse_digest(stored)) return HashKind::fast_import;
  if (const auto pbkdf2 = parse_pbkdf2(stored)) {
    return cheap(*pbkdf2) ? HashKind::fast_import : HashKind::slow_import;
  }
  if (const auto crypt = parse_crypt(stored)) {
    return crypt->cheap ? HashKind::fast_import : HashKind::slow_import;
  }
  return HashKind::unsupported;
} catch (const std::exception&) {
  return HashKind::unsupported;  // out of memory: verifies nothing
}

bool PasswordHasher::needs_rehash(std::string_view stored) const {
  const auto argon2 = parse_argon2(stored);
  if (!argon2 || !argon2->id) return true;
  return argon2->memory_kib < cost_.memory_kib || argon2->passes < cost_.passes;
}

}  // namespace postern::core
