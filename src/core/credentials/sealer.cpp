#include "core/credentials/sealer.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "core/credentials/digest.h"
#include "core/credentials/sealing_key.h"

namespace postern::core {
namespace {

constexpr std::size_t kMark = 5, kNonce = 12, kTag = 16;
constexpr std::size_t kHead = kMark + kNonce;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

unsigned char* octets(std::string& text) noexcept {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* octets(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

EVP_CIPHER* aes_256_gcm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (cipher == nullptr) throw std::runtime_error("OpenSSL: AES-256-GCM");
  return cipher;
}

}  // namespace

Sealer::Sealer(const std::array<std::uint8_t, 32>& key, Random& random)
    : key_(key), random_(random) {}

Sealer::~Sealer() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string Sealer::seal(std::string_view plain, std::string_view context) const {
  std::string blob = sealing_mark(key_);
  std::array<std::uint8_t, kNonce> nonce;
  random_.fill(nonce);
  blob.append(as_text(nonce));
  blob.resize(kHead + plain.size() + kTag);
  unsigned char* out = octets(blob) + kHead;

  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool done =
      cipher != nullptr &&
      EVP_EncryptInit_ex2(cipher.get(), aes_256_gcm(), key_.data(), nonce.data(), nullptr) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, octets(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), out, &size, octets(plain), static_cast<int>(plain.size())) ==
          1 &&
      EVP_EncryptFinal_ex(cipher.get(), out + plain.size(), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTag),
                          out + plain.size()) == 1;
  if (!done) throw std::runtime_error("OpenSSL: sealing failed");
  return blob;
}

std::optional<Secret> Sealer::unseal(std::string_view blob, std::string_view context) const {
  if (blob.size() < kHead + kTag || !blob.starts_with(sealing_mark(key_))) return std::nullopt;
  const std::string_view nonce = blob.substr(kMark, kNonce);
  const std::string_view sealed = blob.substr(kHead, blob.size() - kHead - kTag);
  std::string tag(blob.substr(blob.size() - kTag));
  std::string plain(sealed.size(), '\0');

  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool opened =
      cipher != nullptr &&
      EVP_DecryptInit_ex2(cipher.get(), aes_256_gcm(), key_.data(), octets(nonce), nullptr) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, octets(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), octets(plain), &size, octets(sealed),
                        static_cast<int>(sealed.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTag),
                          tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), octets(plain) + plain.size(), &size) == 1;
  std::optional<Secret> result;
  if (opened) result.emplace(plain);
  OPENSSL_cleanse(plain.data(), plain.size());
  return result;
}

std::array<std::uint8_t, 32> Sealer::derive(std::string_view label) const {
  if (const auto kept = kept_subkey(key_, label)) return *kept;
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(
      EVP_KDF_fetch(nullptr, "HKDF", nullptr), &EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr, &EVP_KDF_CTX_free);
  std::string name = "SHA256";
  std::string info(label);
  std::array<std::uint8_t, 32> key = key_;
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  std::array<std::uint8_t, 32> out{};
  const bool derived =
      context != nullptr && EVP_KDF_derive(context.get(), out.data(), out.size(), params) == 1;
  OPENSSL_cleanse(key.data(), key.size());
  if (!derived) throw std::runtime_error("OpenSSL: key derivation failed");
  return out;
}

}  // namespace postern::core
