#pragma once
// Packet: one received RADIUS packet, as views into the datagram that it came in.
//
// decode_packet() checks in this order: 20 octets are there; Length is 20..4096 and not more than
// what arrived (octets behind it are padding and ignored); the code is known; then every attribute:
// a header of two octets, a length of at least 2, an end inside the packet; at most kMaxAttributes.
// Any failure discards the packet (RFC 2865 3 and 5, RFC 2866 3). What an attribute means is not
// looked at here: unknown types and vendors survive as they are.
//
// The datagram outlives the Packet. Thread: a value.

#include <optional>
#include <string_view>
#include <vector>

#include "protocols/radius/attribute.h"
#include "protocols/result.h"
#include "protocols/session.h"

namespace postern::radius {

struct Attribute {
  std::uint8_t type = 0;
  std::uint16_t offset = 0;  // of the value, from the start of the packet
  OctetView value;           // 0..253 octets
};

struct Packet {
  Code code = Code::access_request;
  std::uint8_t identifier = 0;
  Authenticator authenticator{};
  OctetView octets;  // header and attributes, Length octets
  std::vector<Attribute> attributes;

  // The first of its type; nullptr = none.
  const Attribute* find(std::uint8_t type) const noexcept;
  std::size_t count(std::uint8_t type) const noexcept;
  bool has(std::uint8_t type) const noexcept { return find(type) != nullptr; }
  // The value as text, "" when there is none.
  std::string_view text(std::uint8_t type) const noexcept;
  // A value of exactly four octets as a number.
  std::optional<std::uint32_t> number(std::uint8_t type) const noexcept;
};

Result<Packet> decode_packet(OctetView datagram);

// One vendor's attribute inside a Vendor-Specific value (RFC 2865 5.26, the recommended form).
struct VendorAttribute {
  std::uint32_t vendor = 0;
  std::uint8_t type = 0;
  OctetView value;
};
// All of one Vendor-Specific value. Nothing when it does not have the recommended form.
std::vector<VendorAttribute> vendor_attributes(OctetView value);

inline std::string_view as_text(OctetView octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
inline OctetView as_octets(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace postern::radius
