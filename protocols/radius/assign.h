#pragma once
// Assign: an attribute of the dictionary on its way into a packet: with its tag (RFC 2868 3),
// hidden where the dictionary says so, inside Vendor-Specific where it is a vendor's (RFC
// 2865 5.26), as TLV or extended attribute where its number has dots (RFC 6929). Thread: that of
// the Digests.

#include <cstdint>

#include "protocols/radius/dictionary.h"
#include "protocols/radius/digests.h"
#include "protocols/radius/encode.h"

namespace postern::radius {

// What hiding a value needs.
struct HidingKey {
  const Authenticator& request;
  OctetView secret;
  std::uint16_t salt = 0;  // unique in the packet
  Digests& digests;
};

inline constexpr std::uint8_t kMaxTag = 0x1f;

// Whether such an attribute can be sent at all: it has a value of its own, no hiding that we do not
// know, a vendor with octet-sized types.
bool can_send(const Dictionary& dictionary, const AttributeEntry& attribute) noexcept;

// `value` as encode_value() gave it; tag 0 = none. False: it does not fit or does not belong here.
// REQUIRES: can_send(); tag <= kMaxTag, 0 unless the attribute has tags
bool assign(Writer& writer, const AttributeEntry& attribute, std::uint8_t tag, OctetView value,
            const HidingKey& key);

}  // namespace postern::radius
