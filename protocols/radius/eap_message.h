#pragma once
// EAP inside RADIUS (RFC 3579 3.1): one EAP packet in one or several EAP-Message attributes, which
// stand behind one another and are joined in their order.
//
// Errors: there is none of them, or others stand between them. Thread: pure.

#include "protocols/radius/encode.h"
#include "protocols/radius/packet.h"

namespace postern::radius {

// The EAP packet as it was sent; without octets it is an EAP-Start. Not decoded.
Result<Octets> join_eap_message(const Packet& packet);

// False: it does not fit.
bool add_eap_message(Writer& writer, OctetView eap);

}  // namespace postern::radius
