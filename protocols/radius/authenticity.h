#pragma once
// Authenticity: who made a packet. Message-Authenticator (RFC 3579 3.2: HMAC-MD5 over the packet
// with the attribute zeroed; in a reply with the Request Authenticator in the header), the Response
// Authenticator of replies (RFC 2865 3) and the Request Authenticator of accounting, Disconnect and
// CoA requests (RFC 2866 3, RFC 5176 2.3).
//
// Comparisons take the same time whatever differs. Thread: that of the Digests.

#include <cstdint>

#include "protocols/radius/digests.h"
#include "protocols/radius/packet.h"

namespace postern::radius {

enum class MacCheck : std::uint8_t { absent, right, wrong };

// Of a request as received (its own authenticator in the header; for accounting, Disconnect and CoA
// requests, where it depends on the MAC, sixteen zeros). More than one attribute, or one that is
// not 16 octets long, is wrong.
MacCheck check_message_authenticator(const Packet& request, OctetView secret, Digests& digests);
// Of a reply to a request with this authenticator.
MacCheck check_message_authenticator(const Packet& reply, const Authenticator& request,
                                     OctetView secret, Digests& digests);

// Whether a reply has the right Response Authenticator.
bool check_response_authenticator(const Packet& reply, const Authenticator& request,
                                  OctetView secret, Digests& digests);
// Whether an accounting, Disconnect or CoA request has the right Request Authenticator.
bool check_request_authenticator(const Packet& request, OctetView secret, Digests& digests);

bool equal_octets(OctetView a, OctetView b) noexcept;  // constant time for equal sizes

}  // namespace postern::radius
