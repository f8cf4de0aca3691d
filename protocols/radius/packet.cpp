#include "protocols/radius/packet.h"

#include <algorithm>

namespace postern::radius {
namespace {

constexpr std::size_t kUsualAttributes = 24;
constexpr std::size_t kVendorIdSize = 4;

}  // namespace

bool is_known_code(std::uint8_t octet) noexcept {
  switch (static_cast<Code>(octet)) {
    case Code::access_request:
    case Code::access_accept:
    case Code::access_reject:
    case Code::accounting_request:
    case Code::accounting_response:
    case Code::access_challenge:
    case Code::status_server:
    case Code::disconnect_request:
    case Code::disconnect_ack:
    case Code::disconnect_nak:
    case Code::coa_request:
    case Code::coa_ack:
    case Code::coa_nak:
      return true;
  }
  return false;
}

Result<Packet> decode_packet(OctetView datagram) {
  if (datagram.size() < kHeaderSize) return DecodeError{"shorter than a header", datagram.size()};
  const std::size_t length = static_cast<std::size_t>(datagram[2]) << 8 | datagram[3];
  if (length < kHeaderSize || length > kMaxPacket) {
    return DecodeError{"Length is not between 20 and 4096", 2};
  }
  if (length > datagram.size()) return DecodeError{"shorter than Length says", 2};
  if (!is_known_code(datagram[0])) return DecodeError{"unknown code", 0};

  Packet packet;
  packet.code = static_cast<Code>(datagram[0]);
  packet.identifier = datagram[1];
  std::copy_n(datagram.begin() + 4, packet.authenticator.size(), packet.authenticator.begin());
  packet.octets = datagram.first(length);
  packet.attributes.reserve(kUsualAttributes);
  for (std::size_t at = kHeaderSize; at < length;) {
    if (length - at < 2) return DecodeError{"an attribute without a length", at};
    const std::size_t size = datagram[at + 1];
    if (size < 2) return DecodeError{"an attribute length below 2", at + 1};
    if (size > length - at) return DecodeError{"an attribute reaches beyond the packet", at + 1};
    if (packet.attributes.size() == kMaxAttributes) return DecodeError{"too many attributes", at};
    packet.attributes.push_back(
        {datagram[at], static_cast<std::uint16_t>(at + 2), datagram.subspan(at + 2, size - 2)});
    at += size;
  }
  return packet;
}

const Attribute* Packet::find(std::uint8_t type) const noexcept {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [type](const Attribute& one) { return one.type == type; });
  return found == attributes.end() ? nullptr : &*found;
}

std::size_t Packet::count(std::uint8_t type) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(attributes.begin(), attributes.end(),
                    [type](const Attribute& one) { return one.type == type; }));
}

std::string_view Packet::text(std::uint8_t type) const noexcept {
  const Attribute* found = find(type);
  return found == nullptr ? std::string_view() : as_text(found->value);
}

std::optional<std::uint32_t> Packet::number(std::uint8_t type) const noexcept {
  const Attribute* found = find(type);
  if (found == nullptr || found->value.size() != 4) return std::nullopt;
  std::uint32_t number = 0;
  for (const std::uint8_t octet : found->value) number = number << 8 | octet;
  return number;
}

std::vector<VendorAttribute> vendor_attributes(OctetView value) {
  if (value.size() <= kVendorIdSize || value[0] != 0) return {};
  std::uint32_t vendor = 0;
  for (std::size_t i = 0; i < kVendorIdSize; ++i) vendor = vendor << 8 | value[i];
  std::vector<VendorAttribute> found;
  for (std::size_t at = kVendorIdSize; at < value.size();) {
    if (value.size() - at < 2) return {};
    const std::size_t size = value[at + 1];
    if (size < 2 || size > value.size() - at) return {};
    found.push_back({vendor, value[at], value.subspan(at + 2, size - 2)});
    at += size;
  }
  return found;
}

}  // namespace postern::radius
