#include "core/credentials/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>

namespace postern::core {
namespace {

constexpr std::array<const char*, 4> kNames{"SHA1", "SHA256", "SHA384", "SHA512"};

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("OpenSSL: ") + what);
}

// Fetched once and kept for the life of the process: an implicit fetch costs more than the digest.
EVP_MD* fetched(DigestKind kind) {
  static const std::array<EVP_MD*, 4> all = [] {
    std::array<EVP_MD*, 4> made{};
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i] = EVP_MD_fetch(nullptr, kNames[i], nullptr);
      if (made[i] == nullptr) fail(kNames[i]);
    }
    return made;
  }();
  return all[static_cast<std::size_t>(kind)];
}

EVP_MAC* fetched_hmac() {
  static EVP_MAC* const mac = [] {
    EVP_MAC* made = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    if (made == nullptr) fail("HMAC");
    return made;
  }();
  return mac;
}

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

EVP_MD_CTX* thread_context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  if (!context) fail("out of memory");
  return context.get();
}

const unsigned char* octets(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

MacContext keyed(DigestKind kind, std::string_view key) {
  MacContext context(EVP_MAC_CTX_new(fetched_hmac()));
  std::string name = kNames[static_cast<std::size_t>(kind)];
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_init(context.get(), octets(key), key.size(), params) != 1)
    fail("HMAC key");
  return context;
}

void digest_into(DigestKind kind, std::string_view first, std::string_view second,
                 unsigned char* out) {
  EVP_MD_CTX* context = thread_context();
  if (EVP_DigestInit_ex2(context, fetched(kind), nullptr) != 1 ||
      EVP_DigestUpdate(context, first.data(), first.size()) != 1 ||
      EVP_DigestUpdate(context, second.data(), second.size()) != 1 ||
      EVP_DigestFinal_ex(context, out, nullptr) != 1) {
    fail("digest");
  }
}

}  // namespace

std::size_t digest_size(DigestKind kind) noexcept {
  constexpr std::array<std::size_t, 4> sizes{20, 32, 48, 64};
  return sizes[static_cast<std::size_t>(kind)];
}

Sha256 sha256(std::string_view text) {
  Sha256 out;
  digest_into(DigestKind::sha256, text, {}, out.data());
  return out;
}

std::string digest(DigestKind kind, std::string_view first, std::string_view second) {
  std::string out(digest_size(kind), '\0');
  digest_into(kind, first, second, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string hmac(DigestKind kind, std::string_view key, std::string_view text) {
  // EVP_MAC_init takes a null key as "keep the old one"; an empty view may hold one.
  const MacContext context = keyed(kind, key.empty() ? std::string_view("") : key);
  std::string out(digest_size(kind), '\0');
  std::size_t size = 0;
  if (EVP_MAC_update(context.get(), octets(text), text.size()) != 1 ||
      EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                    out.size()) != 1 ||
      size != out.size()) {
    fail("HMAC");
  }
  return out;
}

std::string pbkdf2(DigestKind kind, std::string_view password, std::string_view salt,
                   std::uint32_t iterations, std::size_t size) {
  std::string out(size, '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets(salt),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), fetched(kind),
                        static_cast<int>(size),
                        reinterpret_cast<unsigned char*>(out.data())) != 1) {
    fail("PBKDF2");
  }
  return out;
}

KeyedHmac::KeyedHmac(std::span<const std::uint8_t> key)
    : context_(keyed(DigestKind::sha256, as_text(key)).release()) {}

KeyedHmac::~KeyedHmac() { EVP_MAC_CTX_free(context_); }

bool KeyedHmac::compute(std::string_view first, std::string_view second, Sha256& out) noexcept {
  std::size_t size = 0;
  return EVP_MAC_init(context_, nullptr, 0, nullptr) == 1 &&  // keeps the key
         EVP_MAC_update(context_, octets(first), first.size()) == 1 &&
         EVP_MAC_update(context_, octets(second), second.size()) == 1 &&
         EVP_MAC_final(context_, out.data(), &size, out.size()) == 1 && size == out.size();
}

}  // namespace postern::core
