#include "protocols/radius/eap_message.h"

#include <algorithm>

namespace postern::radius {

Result<Octets> join_eap_message(const Packet& packet) {
  const auto is_eap = [](const Attribute& one) { return one.type == type::eap_message; };
  const auto first = std::find_if(packet.attributes.begin(), packet.attributes.end(), is_eap);
  if (first == packet.attributes.end()) return DecodeError{"no EAP-Message", 0};
  const auto last = std::find_if_not(first, packet.attributes.end(), is_eap);
  if (const auto stray = std::find_if(last, packet.attributes.end(), is_eap);
      stray != packet.attributes.end()) {
    return DecodeError{"EAP-Message attributes that are not consecutive", stray->offset};
  }
  Octets out;
  for (auto one = first; one != last; ++one) {
    out.insert(out.end(), one->value.begin(), one->value.end());
  }
  return out;
}

bool add_eap_message(Writer& writer, OctetView eap) {
  for (std::size_t at = 0; at < eap.size(); at += kMaxValue) {
    const OctetView piece = eap.subspan(at, std::min(kMaxValue, eap.size() - at));
    if (!writer.add(type::eap_message, piece)) return false;
  }
  return true;
}

}  // namespace postern::radius
