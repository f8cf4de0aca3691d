#pragma once
// TlsClient: who is at the other end of a RadSec connection, as the handshake proved it, and
// whether a provider lets it in (core/access/radsec_settings.h). Thread: a value.

#include <string>
#include <string_view>
#include <vector>

#include "core/access/catalog.h"
#include "protocols/session.h"

namespace postern::outpost {

// What stands for a shared secret inside TLS (6614-01).
inline constexpr std::string_view kRadsecSecret = "radsec";

struct TlsClient {
  std::vector<std::string> names;  // all forms in which a provider may name the certificate
  std::string psk_identity;        // "" = it came with a certificate
  std::string shown;               // for the log

  bool may_use(const core::RadiusProvider& provider) const;
};

// Nobody (no names, no identity) when the handshake proved nothing.
TlsClient tls_client_of(const PeerInfo& peer);

}  // namespace postern::outpost
