#include "core/objects/certificate_hook.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "core/hex.h"
#include "core/uuid.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxPem = 64 * 1024;

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* one) const noexcept { X509_free(one); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};

// An encrypted key is an error, not a prompt on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

std::unique_ptr<BIO, Free> reader_of(std::string_view pem) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::unique_ptr<X509, Free> certificate_of(std::string_view pem) {
  const auto bio = reader_of(pem);
  return std::unique_ptr<X509, Free>(
      bio ? PEM_read_bio_X509(bio.get(), nullptr, &no_passphrase, nullptr) : nullptr);
}

std::unique_ptr<EVP_PKEY, Free> key_of(std::string_view pem) {
  const auto bio = reader_of(pem);
  return std::unique_ptr<EVP_PKEY, Free>(
      bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr) : nullptr);
}

std::string_view text_of(const Object& object, std::string_view field) {
  const auto* value = object.if_contains(field);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view{};
}

std::string context_of(std::string_view pk) { return "certificate-key:" + std::string(pk); }

std::optional<Error> check(std::string_view certificate, std::string_view key) {
  if (certificate.size() > kMaxPem)
    return invalid_field("certificate_data", "must not exceed 64 KiB");
  if (key.size() > kMaxPem) return invalid_field("key_data", "must not exceed 64 KiB");
  const auto leaf = certificate_of(certificate);
  const auto secret = key.empty() ? nullptr : key_of(key);
  const bool together = leaf && secret && X509_check_private_key(leaf.get(), secret.get()) == 1;
  ERR_clear_error();
  if (!leaf) return invalid_field("certificate_data", "must be a certificate in PEM");
  if (!key.empty() && !secret)
    return invalid_field("key_data", "must be a key in PEM, not encrypted");
  if (!key.empty() && !together)
    return invalid_field("key_data", "does not belong to the certificate");
  return std::nullopt;
}

}  // namespace

std::optional<Secret> opened_key(const Object& certificate, const Sealer& sealer) {
  const auto blob = from_hex(text_of(certificate, "sealed_key"));
  if (!blob || blob->empty()) return std::nullopt;
  return sealer.unseal(*blob, context_of(text_of(certificate, "pk")));
}

Outcome<Done> certificate_hook(const HookContext& context, Object& fields) {
  const bool creating = context.stored == nullptr;
  if (creating) fields["pk"] = make_uuid(context.tools.random);
  std::optional<Secret> key;
  if (fields.contains("key_data")) {
    key.emplace(text_of(fields, "key_data"));
    fields.erase("key_data");
  } else if (!creating) {
    key = opened_key(*context.stored, context.tools.sealer);
  }
  const Object& holder = fields.contains("certificate_data") || creating ? fields : *context.stored;
  const std::string_view secret = key ? key->reveal() : std::string_view();
  if (auto error = check(text_of(holder, "certificate_data"), secret)) return *error;
  if (!key) return Done{};
  if (!creating) {
    const auto old = opened_key(*context.stored, context.tools.sealer);
    if (old && old->equal(secret)) return Done{};
  }
  const std::string pk(text_of(creating ? fields : *context.stored, "pk"));
  fields["sealed_key"] =
      secret.empty() ? std::string() : to_hex(context.tools.sealer.seal(secret, context_of(pk)));
  return Done{};
}

}  // namespace postern::core
