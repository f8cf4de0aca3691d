#include "outpost/radius/eap/tls_setup.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <string_view>
#include <utility>

#include "outpost/radius/eap/tunnel.h"

namespace postern::outpost {
namespace {

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* one) const noexcept { X509_free(one); }
  void operator()(X509_CRL* one) const noexcept { X509_CRL_free(one); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

int no_passphrase(char*, int, int, void*) { return -1; }

Owned<BIO> reader_of(std::string_view pem) {
  return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Owned<X509> next_certificate(BIO* bio) {
  return Owned<X509>(PEM_read_bio_X509(bio, nullptr, &no_passphrase, nullptr));
}

core::Error wrong(std::string_view what) {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  std::string message(what);
  if (reason != nullptr) message.append(": ").append(reason);
  ERR_clear_error();
  return {core::Error::Kind::invalid, {}, std::move(message)};
}

void configure(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
  // Nothing follows the client's Finished, and no session can be resumed, unless resume_sessions()
  // says otherwise.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

// Sessions are kept here and not sealed into tickets: one that may not go on is forgotten. Of TLS
// 1.3 one is offered; a resumed one is not renewed, so that the lifetime counts from the password.
void resume_sessions(SSL_CTX* context, std::chrono::seconds lifetime) {
  SSL_CTX_set_session_cache_mode(
      context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_timeout(context, static_cast<long>(lifetime.count()));
  EapTunnel::follow_sessions(context);
}

bool use_certificate(SSL_CTX* context, const std::string& pem) {
  const auto bio = reader_of(pem);
  const auto leaf = bio ? next_certificate(bio.get()) : nullptr;
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (auto next = next_certificate(bio.get())) {
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return false;
  }
  ERR_clear_error();  // the end of the text is one, too
  return true;
}

bool use_key(SSL_CTX* context, const core::Secret& pem) {
  const auto bio = reader_of(pem.reveal());
  const Owned<EVP_PKEY> key(
      bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr) : nullptr);
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

bool trust(SSL_CTX* context, const std::string& pem) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  const auto bio = reader_of(pem);
  int count = 0;
  while (auto one = bio ? next_certificate(bio.get()) : nullptr) {
    if (X509_STORE_add_cert(store, one.get()) != 1 ||
        SSL_CTX_add_client_CA(context, one.get()) != 1)
      return false;
    ++count;
  }
  ERR_clear_error();
  return count > 0;
}

bool use_revocations(SSL_CTX* context, const std::string& pem) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  const auto bio = reader_of(pem);
  int count = 0;
  while (bio) {
    const Owned<X509_CRL> one(PEM_read_bio_X509_CRL(bio.get(), nullptr, &no_passphrase, nullptr));
    if (!one) break;
    if (X509_STORE_add_crl(store, one.get()) != 1) return false;
    ++count;
  }
  ERR_clear_error();
  return count > 0 &&
         X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) == 1;
}

}  // namespace

core::Outcome<std::shared_ptr<const EapTlsSetup>> EapTlsSetup::make(
    const EapTlsMaterial& material) {
  ERR_clear_error();
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) return wrong("TLS cannot be set up");
  const std::shared_ptr<EapTlsSetup> setup(new EapTlsSetup(context));
  configure(context);
  if (!use_certificate(context, material.certificate)) return wrong("the certificate is unusable");
  if (!use_key(context, material.key))
    return wrong("the key is unusable or of another certificate");
  if (!material.client_ca.empty()) {
    if (!trust(context, material.client_ca)) return wrong("the client CA is unusable");
    setup->takes_certificates_ = true;
  }
  if (!material.client_crl.empty() && !use_revocations(context, material.client_crl)) {
    return wrong("the revocation list is unusable");
  }
  if (material.resumption.count() > 0) {
    resume_sessions(context, material.resumption);
    setup->resumptions_ = std::make_unique<EapResumptions>();
  }
  return std::shared_ptr<const EapTlsSetup>(setup);
}

EapTlsSetup::~EapTlsSetup() { SSL_CTX_free(context_); }

}  // namespace postern::outpost
