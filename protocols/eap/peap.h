#pragma once
// What is particular inside a PEAP version 0 tunnel (draft-kamath-pppext-peapv0, [MS-PEAP] 2.2): an
// inner EAP packet travels without its first four octets (code, identifier, length), which are
// those of the outer one; only EAP-Extensions packets (type 33), which carry TLVs, travel whole.
//
// Errors: an empty message, an Extensions packet that is none. Thread: pure.

#include <cstdint>
#include <optional>

#include "protocols/eap/packet.h"

namespace postern::eap {

// A response of the peer. Views into `plain`.
Result<Packet> decode_peap_response(OctetView plain);

// The plain text of an inner request.
Octets encode_peap_request(std::uint8_t type, OctetView data);

// The Result TLV (success 1, failure 2), in an Extensions request or response.
Octets encode_peap_result(Code code, std::uint8_t identifier, bool success);
// Nothing: there is no Result TLV in it, or it says neither.
std::optional<bool> peap_result(const Packet& extensions) noexcept;

}  // namespace postern::eap
