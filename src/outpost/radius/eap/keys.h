#pragma once
// The keys that an EAP method exports for the link (RFC 3748 7.10): the NAS gets the first half of
// the MSK as MS-MPPE-Recv-Key, the second as MS-MPPE-Send-Key (5216-04). From the tunnel by RFC
// 5216 2.3 (label "client EAP encryption", also PEAP) and RFC 5281 8 ("ttls keying material"); in
// TLS 1.3 by RFC 9190 2.3 and RFC 9427 2.1, the Type as context. Thread: that of the tunnel.

#include <cstdint>
#include <optional>

#include "core/secret.h"
#include "outpost/radius/eap/tunnel.h"

namespace postern::outpost {

struct EapKeys {
  core::Secret msk;   // 64 octets
  Octets session_id;  // RFC 5247: for EAP-Key-Name, if the NAS asks
};

// `type` is the method's. Nothing: the tunnel does not export.
std::optional<EapKeys> export_eap_keys(const EapTunnel& tunnel, std::uint8_t type);

}  // namespace postern::outpost
