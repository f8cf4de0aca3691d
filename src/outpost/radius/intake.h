#pragma once
// Intake: from a datagram to a request whose sender is known, or the cause why it is dropped in
// silence. Nothing here depends on who the user is.
//
// Order: decode; client by source address; a code that we serve; Message-Authenticator. It is
// verified whenever present and required where a forged answer could be had without it: with
// Proxy-State, EAP-Message and in Status-Server, when the address has more than one candidate
// secret or provider, and where the provider says so (CVE-2024-3596, RFC 3579 3.2, RFC 5997 3).
// An Accounting-Request proves itself by its Request Authenticator, and by Message-Authenticator if
// it has one (RFC 2866 3, RFC 5080 2.3.3). Among several providers the secret decides, then
// NAS-Identifier. Thread: that of the Digests.

#include <memory>
#include <string_view>
#include <variant>

#include "outpost/radius/client_table.h"
#include "protocols/datagram.h"
#include "protocols/radius/digests.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {

struct Known {
  const ServedProvider* served = nullptr;
  const core::Secret* secret = nullptr;

  OctetView secret_octets() const noexcept { return radius::as_octets(secret->reveal()); }
};

// A constant sentence.
struct Dropped {
  std::string_view cause;
};

std::variant<Known, Dropped> identify(const ClientTable& clients, const DatagramPeer& from,
                                      const radius::Packet& packet, radius::Digests& digests);

}  // namespace postern::outpost
