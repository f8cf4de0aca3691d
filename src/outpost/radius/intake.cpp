#include "outpost/radius/intake.h"

#include <algorithm>
#include <vector>

#include "protocols/radius/authenticity.h"

namespace postern::outpost {
namespace {

using radius::MacCheck;
namespace type = radius::type;

// Why such a packet may not come without Message-Authenticator; "" = it may.
std::string_view needs_mac(std::span<const ServedProvider* const> candidates,
                           const radius::Packet& packet) {
  if (packet.code == radius::Code::status_server)
    return "Status-Server without Message-Authenticator";
  if (candidates.front()->over_tls) return {};
  if (packet.has(type::eap_message)) return "EAP-Message without Message-Authenticator";
  if (packet.has(type::proxy_state)) return "Proxy-State without Message-Authenticator";
  if (candidates.size() > 1 || candidates.front()->secrets.size() > 1) {
    return "no Message-Authenticator, and the address has several secrets or providers";
  }
  if (candidates.front()->provider->message_authenticator_required) {
    return "no Message-Authenticator, which the provider requires";
  }
  return {};
}

// RFC 5997 3: nothing about a user stands in it.
bool is_plain_status(const radius::Packet& packet) noexcept {
  return !packet.has(type::user_password) && !packet.has(type::chap_password) &&
         !packet.has(type::eap_message) && !packet.has(type::state);
}

// Whether the packet was made with this secret.
bool proves(const radius::Packet& packet, OctetView secret, radius::Digests& digests) {
  const MacCheck mac = radius::check_message_authenticator(packet, secret, digests);
  if (packet.code != radius::Code::accounting_request) return mac == MacCheck::right;
  return mac != MacCheck::wrong && radius::check_request_authenticator(packet, secret, digests);
}

// NAS-Identifier selects among providers that share an address and a secret.
std::variant<Known, Dropped> select(const std::vector<Known>& verified,
                                    std::string_view nas_identifier) {
  for (const Known& one : verified) {
    if (!nas_identifier.empty() && one.served->names(nas_identifier)) return one;
  }
  for (const Known& one : verified) {
    if (one.served->provider->nas_identifiers.empty()) return one;
  }
  return Dropped{"no provider serves this NAS-Identifier"};
}

std::variant<Known, Dropped> who_made(const ClientTable& clients, const DatagramPeer& from,
                                      const radius::Packet& packet, radius::Digests& digests) {
  const auto candidates = clients.find(from.address);
  if (candidates.empty()) return Dropped{"unknown client"};
  std::vector<Known> verified;
  const bool accounting = packet.code == radius::Code::accounting_request;
  if (!accounting && !packet.has(type::message_authenticator)) {
    const std::string_view cause = needs_mac(candidates, packet);
    if (!cause.empty()) return Dropped{cause};
    for (const ServedProvider* served : candidates) {
      verified.push_back({served, &served->secrets.front()});
      if (!served->over_tls) break;
    }
    return select(verified, packet.text(type::nas_identifier));
  }
  for (const ServedProvider* served : candidates) {
    for (const core::Secret& secret : served->secrets) {
      if (!proves(packet, radius::as_octets(secret.reveal()), digests)) continue;
      verified.push_back({served, &secret});
      break;
    }
  }
  if (verified.empty() && accounting) {
    return Dropped{"wrong Request Authenticator (usually another shared secret)"};
  }
  if (verified.empty()) {
    return Dropped{"wrong Message-Authenticator (usually another shared secret)"};
  }
  return select(verified, packet.text(type::nas_identifier));
}

}  // namespace

std::variant<Known, Dropped> identify(const ClientTable& clients, const DatagramPeer& from,
                                      const radius::Packet& packet, radius::Digests& digests) {
  auto known = who_made(clients, from, packet, digests);
  if (std::holds_alternative<Known>(known) && packet.code == radius::Code::status_server &&
      !is_plain_status(packet)) {
    return Dropped{"Status-Server with credentials"};
  }
  return known;
}

}  // namespace postern::outpost
