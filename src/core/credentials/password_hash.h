#pragma once
// Password hashes: argon2id for our own, and the verification of imported ones. The only place
// where a slow hash runs; every run is counted, so that tests can assert "exactly one per attempt".
//
// Accepted stored forms: $argon2id$/$argon2i$ (libsodium), {ARGON2}$argon2..., {SSHA} {SHA}
// {SSHA256} {SHA256} {SSHA384} {SHA384} {SSHA512} {SHA512}, {CRYPT}... and bare crypt strings of an
// explicit list of prefixes, {PBKDF2} {PBKDF2-SHA1} {PBKDF2-SHA256} {PBKDF2-SHA512} (slapd
// pw-pbkdf2), pbkdf2_sha256$ (Django). Parameters of imported strings are bounded before anything
// runs (argon2: m <= 1 GiB, t <= 16, p <= 16; crypt rounds <= 1,000,000, bcrypt cost <= 15; PBKDF2
// <= 10,000,000). Our own hashes are of the prepared password (saslprep.h), both when made and when
// verified; imported ones of its octets. Thread-safe. Blocking (30-50 ms each): hash lane only.

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/secret.h"

namespace postern::core {

struct Argon2Cost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
};

enum class HashKind : std::uint8_t { none, argon2, slow_import, fast_import, unsupported };

class PasswordHasher {
 public:
  explicit PasswordHasher(Argon2Cost cost = {});

  std::string hash(const Secret& password) const;  // one slow hash
  // True on match. Runs exactly one slow hash for argon2 and slow imports, none for fast imports
  // ({SSHA}..., and crypt or PBKDF2 strings of few rounds), whose caller follows up with hash() or
  // dummy(), and none for none and unsupported.
  bool verify(std::string_view stored, const Secret& password) const;
  void dummy() const;  // one slow hash, result thrown away

  static HashKind kind(std::string_view stored) noexcept;  // unsupported = never verifies
  // True when `stored` is not argon2id at our cost or better.
  bool needs_rehash(std::string_view stored) const;

  std::uint64_t slow_hashes() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  Argon2Cost cost_;
  mutable std::atomic<std::uint64_t> count_{0};
};

}  // namespace postern::core
