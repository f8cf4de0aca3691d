#pragma once
// TlsContext: what a server shows in a TLS handshake: certificates, keys, versions. Immutable once
// loaded; TlsSlot holds the current one and is swapped at reload: new handshakes take the new one,
// old connections finish with theirs.
//
// TLS 1.2 and 1.3, no renegotiation, no compression. The certificate is chosen by SNI (RFC 6066 3):
// an exact name, a wildcard for its left-most label, else the default. Tickets are stateless, and
// off when client certificates are asked for.
//
// Errors are sentences that name the file. Any thread.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/fallible.h"

struct ssl_st;
struct ssl_ctx_st;

namespace postern::net {

struct TlsIdentity {
  std::filesystem::path certificate;  // PEM, leaf first, then its chain
  std::filesystem::path key;          // PEM, not encrypted
  std::vector<std::string> names;     // SNI names, "*.example.com" allowed; unused in the default
  // If not empty, both come from here instead of from files, and the paths are names for errors.
  std::string certificate_pem{}, key_pem{};
};

struct TlsOptions {
  TlsIdentity main;  // shown when no name fits
  std::vector<TlsIdentity> named;
  bool tls13_only = false;  // else TLS 1.2 as well
  // OpenSSL's notation, most wanted first; "" = its defaults. For TLS 1.2 and for TLS 1.3.
  std::string ciphers, ciphersuites;
  // Asks for a client certificate of these authorities, and obeys the revocation lists among them.
  // One that is absent or does not verify is no hindrance, unless
  // certificates are required.
  std::optional<std::filesystem::path> client_ca;
  bool client_required = false;
  // The key of a client that has none but a shared one (RFC 4279, RFC 8446 2.2); nothing = unknown.
  // Called in handshakes, on any loop. Such a client needs no certificate.
  std::function<std::optional<std::string>(std::string_view identity)> psk = {};
  // The one protocol that clients may ask for by ALPN (RFC 7301); who asks for none is served too.
  std::string alpn = {};
};

// The identity that the handshake was really made with, "" = it was not made with a shared key.
std::string psk_identity(ssl_st* ssl);

class TlsContext {
 public:
  static Fallible<std::shared_ptr<const TlsContext>> load(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // A server-side SSL for one connection, nullptr when memory is short. The context outlives the
  // handshake.
  ssl_st* make_ssl() const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class TlsSlot {
 public:
  std::shared_ptr<const TlsContext> get() const;  // nullptr: no TLS here
  void set(std::shared_ptr<const TlsContext> context);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;
};

}  // namespace postern::net
