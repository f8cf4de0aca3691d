#pragma once
// Extended attributes (RFC 6929): 241..244 hold one further octet of type, 245 and 246 also flags,
// whose M bit joins the values of attributes in a row; type 26 of either holds a vendor's attribute
// (EVS). TLVs may stand in any value. Received ones that break these rules are left out, and the
// packet lives (RFC 6929 2.8). Thread: pure; Writer as in encode.h.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocols/radius/encode.h"
#include "protocols/radius/packet.h"

namespace postern::radius {

inline constexpr std::uint8_t kFirstExtended = 241, kFirstLongExtended = 245, kLastExtended = 246;
inline constexpr std::uint8_t kExtendedVendorSpecific = 26;
inline constexpr std::size_t kMaxExtendedValue = 2048;  // of one joined value, as we send it

inline bool is_extended(std::uint8_t type) noexcept {
  return type >= kFirstExtended && type <= kLastExtended;
}
inline bool is_long_extended(std::uint8_t type) noexcept {
  return type >= kFirstLongExtended && type <= kLastExtended;
}

struct ExtendedAttribute {
  std::uint8_t type = 0;
  std::uint8_t extended_type = 0;
  std::uint32_t vendor = 0;      // of an EVS; else 0
  std::uint8_t vendor_type = 0;  // of an EVS
  Octets value;                  // joined; of an EVS what stands behind the vendor's type
};
// In the order of the packet.
std::vector<ExtendedAttribute> extended_attributes(const Packet& packet);

struct Tlv {
  std::uint8_t type = 0;
  OctetView value;  // 1..253 octets
};
// Nothing when the value does not consist of whole TLVs.
std::optional<std::vector<Tlv>> tlvs(OctetView value);

// `value` as TLVs, the outermost type first. False = it does not fit.
bool wrap_tlvs(std::span<const std::uint8_t> types, Octets& value);

// One extended attribute, in as many pieces as it takes. False = it does not fit.
// REQUIRES: is_extended(type)
bool add_extended(Writer& writer, std::uint8_t type, std::uint8_t extended_type, OctetView value);

}  // namespace postern::radius
