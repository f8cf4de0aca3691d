#include "outpost/radius/packet_text.h"

#include <algorithm>

#include "core/access/network.h"
#include "core/access/reply_rules.h"
#include "core/login_effects.h"
#include "protocols/radius/value.h"

namespace postern::outpost {

std::string printable_text(const radius::Packet& packet, std::uint8_t kind) {
  return core::printable(packet.text(kind), radius::kMaxValue);
}

std::string address_text_of(OctetView value) {
  constexpr std::size_t kIpv4Start = 12;  // in a mapped address
  core::AddressOctets octets{};
  if (value.size() == 4) {
    octets[10] = octets[11] = 0xff;
    std::copy(value.begin(), value.end(), octets.begin() + kIpv4Start);
  } else if (value.size() == octets.size()) {
    std::copy(value.begin(), value.end(), octets.begin());
  } else {
    return {};
  }
  return core::address_text(octets);
}

std::string address_text_of(const radius::Packet& packet, std::uint8_t kind) {
  const radius::Attribute* found = packet.find(kind);
  return found == nullptr ? std::string() : address_text_of(found->value);
}

std::string nas_address_of(const radius::Packet& packet) {
  std::string out = address_text_of(packet, radius::type::nas_ip_address);
  return out.empty() ? address_text_of(packet, radius::type::nas_ipv6_address) : out;
}

core::AccessFacts access_facts_of(const radius::Packet& packet,
                                  const radius::Dictionary& dictionary) {
  namespace type = radius::type;
  core::AccessFacts out;
  out.nas_identifier = printable_text(packet, type::nas_identifier);
  out.nas_address = nas_address_of(packet);
  out.nas_port_id = printable_text(packet, type::nas_port_id);
  out.called_station = printable_text(packet, type::called_station_id);
  out.calling_station = printable_text(packet, type::calling_station_id);
  out.ssid = core::ssid_of(out.called_station);
  const radius::Attribute* port_type = packet.find(type::nas_port_type);
  const radius::AttributeEntry* entry = dictionary.attribute(0, type::nas_port_type);
  if (port_type != nullptr && entry != nullptr && port_type->value.size() == 4) {
    out.nas_port_type = radius::show_value(dictionary, *entry, port_type->value);
  }
  return out;
}

}  // namespace postern::outpost
