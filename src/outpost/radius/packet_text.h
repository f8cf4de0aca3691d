#pragma once
// Attributes of a packet as texts for people and policies: printable(), at most 253 octets; "" =
// not there or of no such form. And all that a policy is told of an access. Thread: pure.

#include <string>

#include "core/network/access_facts.h"
#include "protocols/radius/dictionary.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {

std::string printable_text(const radius::Packet& packet, std::uint8_t kind);
// Of four or sixteen octets.
std::string address_text_of(OctetView value);
std::string address_text_of(const radius::Packet& packet, std::uint8_t kind);
// NAS-IP-Address, else NAS-IPv6-Address.
std::string nas_address_of(const radius::Packet& packet);

core::AccessFacts access_facts_of(const radius::Packet& packet,
                                  const radius::Dictionary& dictionary);

}  // namespace postern::outpost
