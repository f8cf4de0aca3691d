#include "http/api/certificate_facts.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "core/access/network.h"
#include "core/hex.h"

namespace postern::http {
namespace {

struct Free {
  void operator()(BIO* one) const noexcept { BIO_free_all(one); }
  void operator()(X509* one) const noexcept { X509_free(one); }
  void operator()(EVP_PKEY* one) const noexcept { EVP_PKEY_free(one); }
  void operator()(X509_EXTENSION* one) const noexcept { X509_EXTENSION_free(one); }
};
template <typename One>
using Owned = std::unique_ptr<One, Free>;

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string fingerprint(const X509* certificate, const EVP_MD* kind) {
  unsigned char octets[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(certificate, kind, octets, &size) != 1) return {};
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    if (i != 0) out += ':';
    out += core::to_hex(std::string_view(reinterpret_cast<const char*>(octets + i), 1));
  }
  return out;
}

std::string key_type_of(X509* certificate) {
  switch (EVP_PKEY_get_base_id(X509_get0_pubkey(certificate))) {
    case EVP_PKEY_RSA:
      return "rsa";
    case EVP_PKEY_EC:
      return "ec";
    case EVP_PKEY_DSA:
      return "dsa";
    case EVP_PKEY_ED25519:
      return "ed25519";
    case EVP_PKEY_ED448:
      return "ed448";
    default:
      return {};
  }
}

Owned<EVP_PKEY> make_key(std::string_view algorithm) {
  if (algorithm == "rsa") return Owned<EVP_PKEY>(EVP_RSA_gen(4096));
  if (algorithm == "ecdsa") return Owned<EVP_PKEY>(EVP_EC_gen("P-256"));
  if (algorithm == "ed25519") {
    return Owned<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  }
  return nullptr;
}

// "DNS:a,IP:::1": what the extension's text form wants; nothing when a name cannot be one.
std::optional<std::string> alternative_names(std::string_view names) {
  std::string out;
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    std::string_view one = names.substr(0, comma);
    names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one.empty()) continue;
    for (const char c : one) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' || c == '*' ||
                         c == '_';
      if (!plain) return std::nullopt;
    }
    if (!out.empty()) out += ',';
    out += core::parse_address(one) ? "IP:" : "DNS:";
    out += one;
  }
  return out;
}

bool add_names(X509* certificate, const std::string& names) {
  if (names.empty()) return true;
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  unsigned char octets[8];
  if (RAND_bytes(octets, sizeof octets) != 1) return false;
  std::uint64_t number = 0;
  for (const unsigned char octet : octets) number = number << 8 | octet;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, std::string_view common_name, const std::string& names,
          int days) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -60) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, nullptr) != nullptr &&
         X509_set_pubkey(certificate, key) == 1 &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 && add_names(certificate, names);
}

}  // namespace

CertificateFacts certificate_facts(std::string_view pem) {
  CertificateFacts out;
  const Owned<BIO> source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Owned<X509> certificate(source ? PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)
                                       : nullptr);
  ERR_clear_error();
  if (!certificate) return out;
  out.sha256 = fingerprint(certificate.get(), EVP_sha256());
  out.sha1 = fingerprint(certificate.get(), EVP_sha1());
  out.key_type = key_type_of(certificate.get());
  const Owned<BIO> name(BIO_new(BIO_s_mem()));
  if (name && X509_NAME_print_ex(name.get(), X509_get_subject_name(certificate.get()), 0,
                                 XN_FLAG_RFC2253) >= 0) {
    out.subject = text_of(name.get());
  }
  std::tm when{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &when) == 1) {
    out.expires_ms = static_cast<std::int64_t>(timegm(&when)) * 1000;
  }
  return out;
}

std::optional<SelfSigned> self_signed(std::string_view common_name, std::string_view names,
                                      int days, std::string_view algorithm) {
  const auto alternatives = alternative_names(names);
  const Owned<EVP_PKEY> key = make_key(algorithm);
  const Owned<X509> certificate(X509_new());
  const Owned<BIO> out(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_secmem()));
  if (!alternatives || !key || !certificate || !out || !secret) return std::nullopt;
  const EVP_MD* digest = algorithm == "ed25519" ? nullptr : EVP_sha256();
  const bool made =
      fill(certificate.get(), key.get(), common_name, *alternatives, days) &&
      X509_sign(certificate.get(), key.get(), digest) > 0 &&
      PEM_write_bio_X509(out.get(), certificate.get()) == 1 &&
      PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  ERR_clear_error();
  if (!made) return std::nullopt;
  SelfSigned result;
  result.certificate = text_of(out.get());
  result.key = core::Secret(text_of(secret.get()));
  return result;
}

}  // namespace postern::http
