#pragma once
// Hidden values: what RADIUS does to passwords and keys on the wire.
//   User-Password (RFC 2865 5.2): padded with NULs to 16..128 octets, chained MD5 from the Request
//   Authenticator. Padding cannot be told from trailing NULs: reveal_password() cuts them.
//   Tunnel-Password, MS-MPPE keys (RFC 2868 3.5, RFC 2548 2.4.2): two octets of salt in front, a
//   length octet inside, zero padding.
//
// Errors: a value of impossible size, or a length octet beyond the value, gives nothing. Output
// buffers hold plaintext: the caller wipes them. Thread: that of the Digests.

#include <cstdint>
#include <optional>

#include "protocols/radius/attribute.h"
#include "protocols/radius/digests.h"

namespace postern::radius {

inline constexpr std::size_t kMaxPassword = 128;

// 16..128 octets. REQUIRES: plain.size() <= kMaxPassword
Octets hide_password(OctetView plain, const Authenticator& request, OctetView secret,
                     Digests& digests);
std::optional<Octets> reveal_password(OctetView hidden, const Authenticator& request,
                                      OctetView secret, Digests& digests);

// `salt` is unique in the packet; its first bit is set here.
// REQUIRES: plain.size() <= 239 (then the value fits an attribute, also behind a tag)
Octets hide_salted(OctetView plain, std::uint16_t salt, const Authenticator& request,
                   OctetView secret, Digests& digests);
std::optional<Octets> reveal_salted(OctetView hidden, const Authenticator& request,
                                    OctetView secret, Digests& digests);

}  // namespace postern::radius
