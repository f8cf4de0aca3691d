#pragma once
// ImportedHash: stored password forms of other systems, recognised by an explicit list and bounded
// before anything runs (list and bounds: password_hash.h). DES and anything else without an
// explicit prefix is not a hash here: libxcrypt would take every such text for DES. Sources:
// slapd's pw-sha2, pw-pbkdf2 and pw-argon2 modules' formats, crypt(5), Django's hashers. Thread:
// pure functions. Errors: what does not parse whole is nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/credentials/digest.h"

namespace postern::core {

struct Argon2Text {
  std::string text;  // "$argon2id$...", scheme removed
  bool id = false;   // argon2id, else argon2i
  std::uint32_t memory_kib = 0, passes = 0, lanes = 0;
};

struct DigestText {  // {SHA}, {SSHA512}, ...
  DigestKind kind = DigestKind::sha1;
  std::string digest, salt;
};

struct Pbkdf2Text {
  DigestKind kind = DigestKind::sha1;
  std::uint32_t iterations = 0;
  std::string salt, key;
};

struct CryptText {
  std::string setting;  // the whole crypt string
  bool cheap = false;   // far below the cost of one argon2id
};

std::optional<Argon2Text> parse_argon2(std::string_view stored);
std::optional<DigestText> parse_digest(std::string_view stored);
std::optional<Pbkdf2Text> parse_pbkdf2(std::string_view stored);
std::optional<CryptText> parse_crypt(std::string_view stored);

bool cheap(const Pbkdf2Text& parsed) noexcept;

bool matches(const DigestText& parsed, std::string_view password);
bool matches(const Pbkdf2Text& parsed, std::string_view password);
// The password holds no NUL and is shorter than 512 octets (libxcrypt's limit); else false.
bool matches(const CryptText& parsed, std::string_view password);

}  // namespace postern::core
