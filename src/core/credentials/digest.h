#pragma once
// Digest: the few OpenSSL primitives of the credentials, fetched once per process: SHA digests,
// HMAC. hmac_* are for one-off keys; KeyedHmac keeps a keyed context, which makes a repeated
// HMAC-SHA256 of a short text cost about 0.2 us. Errors: std::runtime_error when OpenSSL lacks an
// algorithm or memory. Thread: functions are safe; a KeyedHmac is used by one thread at a time.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;

namespace postern::core {

using Sha256 = std::array<std::uint8_t, 32>;

enum class DigestKind : std::uint8_t { sha1, sha256, sha384, sha512 };

Sha256 sha256(std::string_view text);
std::string digest(DigestKind kind, std::string_view first, std::string_view second = {});
std::size_t digest_size(DigestKind kind) noexcept;
std::string hmac(DigestKind kind, std::string_view key, std::string_view text);
std::string pbkdf2(DigestKind kind, std::string_view password, std::string_view salt,
                   std::uint32_t iterations, std::size_t size);

inline std::string_view as_text(std::span<const std::uint8_t> octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

class KeyedHmac {
 public:
  explicit KeyedHmac(std::span<const std::uint8_t> key);
  ~KeyedHmac();
  KeyedHmac(const KeyedHmac&) = delete;
  KeyedHmac& operator=(const KeyedHmac&) = delete;

  // HMAC-SHA256 over both parts in turn. False: OpenSSL failed, `out` is void.
  bool compute(std::string_view first, std::string_view second, Sha256& out) noexcept;

 private:
  evp_mac_ctx_st* context_;
};

}  // namespace postern::core
