#pragma once
// EAP at a RADIUS provider, attributes.postern.eap:
//   methods: [ttls, peap, tls]       most wanted first; [] or off: no EAP
//   required: true                   who shows a password without EAP is refused (RFC 3579 4.3.6)
//   client_ca: NAME                  a certificate (or a list): authorities of client certificates
//   client_crl: /etc/postern/crl.pem a file that is followed, or PEM
//   client_names: [fingerprint, upn, email, uri, dns]   also cn
//   resumption: hours=8              how long a device may come back without its password; off
//   fingerprints: {alice: [SHA-256]} certificates enrolled for a user, hex with or without colons
// Thread: pure.

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace postern::core {

enum class EapMethod : std::uint8_t { ttls, peap, tls };
// What a client certificate names its user by, in EAP-TLS. URI: by its last segment.
enum class ClientName : std::uint8_t { upn, email, uri, dns, common_name, fingerprint };

struct EapSettings {
  std::vector<EapMethod> eap_methods{EapMethod::ttls, EapMethod::peap, EapMethod::tls};
  bool eap_required = false;           // nothing else is taken
  std::vector<std::string> client_ca;  // pks or names; empty = no EAP-TLS
  std::string client_crl;              // "" = revocation is not looked at
  std::vector<ClientName> client_names{ClientName::fingerprint, ClientName::upn, ClientName::email,
                                       ClientName::uri, ClientName::dns};
  std::int64_t resumption_ms = 0;                                       // 0 = no session is resumed
  std::map<std::string, std::string, std::less<>> client_fingerprints;  // lower-case hex -> name
};

// The settings, or one sentence about the first that is wrong.
struct ParsedEapSettings {
  EapSettings settings;
  std::optional<std::string> problem;
};
ParsedEapSettings parse_eap_settings(const boost::json::value& map);

}  // namespace postern::core
