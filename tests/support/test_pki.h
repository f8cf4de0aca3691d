#pragma once
// TestPki: an authority, certificates under it and its revocation list, P-256, made in memory.
// Everything is PEM. Throws when OpenSSL does not.

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace postern::test {

class TestPki {
 public:
  struct Pair {
    std::string certificate, key;
  };

  TestPki() : ca_key_(make_key()), ca_(make("test authority", ca_key_.get(), "", true)) {}

  std::string ca() const { return pem(ca_.get()); }

  // `names` as OpenSSL writes them: "DNS:localhost", "email:a@example.org", ...; so the extended
  // key usage.
  Pair issue(const std::string& common_name, const std::string& names,
             const std::string& usage = "") {
    const Key key = make_key();
    last_ = make(common_name, key.get(), names, false, usage);
    return {pem(last_.get()), pem(key.get())};
  }

  // A list, good for a day, that revokes what was issued last, or nothing.
  std::string crl(bool revoke_last) const {
    const std::unique_ptr<X509_CRL, Free> list(X509_CRL_new());
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(ca_.get()));
    const std::unique_ptr<ASN1_TIME, Free> now(X509_gmtime_adj(nullptr, 0));
    const std::unique_ptr<ASN1_TIME, Free> later(X509_gmtime_adj(nullptr, 86400));
    X509_CRL_set1_lastUpdate(list.get(), now.get());
    X509_CRL_set1_nextUpdate(list.get(), later.get());
    if (revoke_last) {
      X509_REVOKED* one = X509_REVOKED_new();
      X509_REVOKED_set_serialNumber(one, X509_get_serialNumber(last_.get()));
      X509_REVOKED_set_revocationDate(one, now.get());
      X509_CRL_add0_revoked(list.get(), one);
    }
    demand(X509_CRL_sign(list.get(), ca_key_.get(), EVP_sha256()) > 0);
    const Bio bio(BIO_new(BIO_s_mem()));
    demand(PEM_write_bio_X509_CRL(bio.get(), list.get()) == 1);
    return content(bio.get());
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* one) const noexcept { EVP_PKEY_free(one); }
    void operator()(X509* one) const noexcept { X509_free(one); }
    void operator()(X509_CRL* one) const noexcept { X509_CRL_free(one); }
    void operator()(X509_EXTENSION* one) const noexcept { X509_EXTENSION_free(one); }
    void operator()(ASN1_TIME* one) const noexcept { ASN1_TIME_free(one); }
    void operator()(BIO* one) const noexcept { BIO_free(one); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;
  using Bio = std::unique_ptr<BIO, Free>;

  static void demand(bool done) {
    if (!done) throw std::runtime_error("OpenSSL cannot make a test certificate");
  }
  static Key make_key() { return Key(EVP_EC_gen("P-256")); }
  static std::string content(BIO* bio) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    return {text, static_cast<std::size_t>(size)};
  }
  static std::string pem(X509* one) {
    const Bio bio(BIO_new(BIO_s_mem()));
    demand(PEM_write_bio_X509(bio.get(), one) == 1);
    return content(bio.get());
  }
  static std::string pem(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    demand(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return content(bio.get());
  }
  static void extend(X509* one, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, one, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    demand(extension && X509_add_ext(one, extension.get(), -1) == 1);
  }

  Certificate make(const std::string& name, EVP_PKEY* key, const std::string& names, bool authority,
                   const std::string& usage = "") {
    Certificate one(X509_new());
    demand(one && key != nullptr);
    X509_set_version(one.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(one.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(one.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(one.get()), 86400);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(one.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* issuer = authority ? one.get() : ca_.get();
    X509_set_issuer_name(one.get(), X509_get_subject_name(issuer));
    X509_set_pubkey(one.get(), key);
    extend(one.get(), issuer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (authority) extend(one.get(), issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    if (!names.empty()) extend(one.get(), issuer, NID_subject_alt_name, names);
    if (!usage.empty()) extend(one.get(), issuer, NID_ext_key_usage, usage);
    demand(X509_sign(one.get(), authority ? key : ca_key_.get(), EVP_sha256()) > 0);
    return one;
  }

  long serial_ = 0;
  Key ca_key_;
  Certificate ca_, last_;
};

}  // namespace postern::test
