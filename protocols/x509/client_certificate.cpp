#include "protocols/x509/client_certificate.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <string>
#include <string_view>

namespace postern::x509 {

namespace {

constexpr std::size_t kLongestName = 512;
constexpr int kMostNames = 64;

struct Free {
  void operator()(X509* one) const noexcept { X509_free(one); }
  void operator()(GENERAL_NAMES* all) const noexcept { GENERAL_NAMES_free(all); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(unsigned char* octets) const noexcept { OPENSSL_free(octets); }
};

// UTF-8 text of any ASN.1 string type; "" when it is none that can be trusted.
std::string text_of(const ASN1_STRING* value) {
  unsigned char* raw = nullptr;
  const int size = ASN1_STRING_to_UTF8(&raw, value);
  const std::unique_ptr<unsigned char, Free> held(raw);
  if (size <= 0 || static_cast<std::size_t>(size) > kLongestName) return {};
  std::string text(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7f) return {};
  }
  return text;
}

void keep(std::vector<std::string>& names, const ASN1_STRING* value) {
  std::string text = text_of(value);
  if (!text.empty()) names.push_back(std::move(text));
}

void read_name(const GENERAL_NAME* name, ClientCertificate& out) {
  switch (name->type) {
    case GEN_EMAIL:
      return keep(out.emails, name->d.rfc822Name);
    case GEN_URI:
      return keep(out.uris, name->d.uniformResourceIdentifier);
    case GEN_DNS:
      return keep(out.dns_names, name->d.dNSName);
    case GEN_OTHERNAME: {
      const OTHERNAME* other = name->d.otherName;
      if (OBJ_obj2nid(other->type_id) == NID_ms_upn && other->value->type == V_ASN1_UTF8STRING) {
        keep(out.upns, other->value->value.utf8string);
      }
      return;
    }
    default:
      return;
  }
}

void read_alternative_names(const X509* certificate, ClientCertificate& out) {
  const std::unique_ptr<GENERAL_NAMES, Free> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()) && i < kMostNames; ++i) {
    read_name(sk_GENERAL_NAME_value(names.get(), i), out);
  }
}

void read_subject(const X509* certificate, ClientCertificate& out) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
    out.common_name = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  }
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), subject, 0, XN_FLAG_RFC2253) < 0) return;
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  if (size > 0) out.subject.assign(text, static_cast<std::size_t>(size));
}

void read_fingerprint(const X509* certificate, ClientCertificate& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return;
  for (unsigned i = 0; i < size; ++i) {
    out.sha256.push_back(kDigits[digest[i] >> 4]);
    out.sha256.push_back(kDigits[digest[i] & 15]);
  }
}

}  // namespace

std::shared_ptr<const ClientCertificate> client_certificate(const ssl_st* ssl) {
  if ((SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER) == 0) return nullptr;
  const std::unique_ptr<X509, Free> certificate(SSL_get1_peer_certificate(ssl));
  if (!certificate || SSL_get_verify_result(ssl) != X509_V_OK) return nullptr;
  auto out = std::make_shared<ClientCertificate>();
  read_subject(certificate.get(), *out);
  read_alternative_names(certificate.get(), *out);
  read_fingerprint(certificate.get(), *out);
  ERR_clear_error();
  return out;
}

}  // namespace postern::x509
