#pragma once
// EapTlsSetup: what a provider shows and demands in the TLS handshakes inside EAP: its certificate
// and key, the authorities of client certificates (EAP-TLS), their revocation lists. Immutable; a
// conversation keeps the one that it began with, so that a change disturbs none.
//
// TLS 1.2 and 1.3, no renegotiation, no compression, no early data (5216-05, 9190-01); sessions are
// resumed where the provider says so, and live in the setup: a new one knows none. Where lists
// are given, every certificate of a chain has to be covered by one (9190-08): a list that is
// missing or has expired refuses. Errors are sentences. Any thread.

#include <chrono>
#include <memory>
#include <string>

#include "core/outcome.h"
#include "core/secret.h"
#include "outpost/radius/eap/resumption.h"

struct ssl_ctx_st;

namespace postern::outpost {

struct EapTlsMaterial {
  std::string certificate;             // PEM, leaf first, then its chain
  core::Secret key;                    // PEM, not encrypted
  std::string client_ca;               // PEM; "" = no EAP-TLS
  std::string client_crl;              // PEM; "" = revocation is not looked at
  std::chrono::seconds resumption{0};  // how long a session may be resumed; 0 = none is
};

class EapTlsSetup {
 public:
  static core::Outcome<std::shared_ptr<const EapTlsSetup>> make(const EapTlsMaterial& material);
  ~EapTlsSetup();
  EapTlsSetup(const EapTlsSetup&) = delete;
  EapTlsSetup& operator=(const EapTlsSetup&) = delete;

  bool takes_certificates() const noexcept { return takes_certificates_; }
  ssl_ctx_st* context() const noexcept { return context_; }
  // nullptr: no session is resumed.
  EapResumptions* resumptions() const noexcept { return resumptions_.get(); }

 private:
  explicit EapTlsSetup(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* context_;
  bool takes_certificates_ = false;
  std::unique_ptr<EapResumptions> resumptions_;
};

}  // namespace postern::outpost
