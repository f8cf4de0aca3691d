#include "protocols/radius/authenticity.h"

namespace postern::radius {
namespace {

constexpr Authenticator kZeros{};
constexpr std::size_t kAuthenticatorOffset = 4;

// The authenticator that stands in the header while the MAC of a request is computed.
const Authenticator& for_mac(const Packet& request) noexcept {
  switch (request.code) {
    case Code::accounting_request:
    case Code::disconnect_request:
    case Code::coa_request:
      return kZeros;
    default:
      return request.authenticator;
  }
}

MacCheck check_mac(const Packet& packet, const Authenticator& header, OctetView secret,
                   Digests& digests) {
  const Attribute* mac = packet.find(type::message_authenticator);
  if (mac == nullptr) return MacCheck::absent;
  if (mac->value.size() != kZeros.size() || packet.count(type::message_authenticator) != 1) {
    return MacCheck::wrong;
  }
  const OctetView all = packet.octets;
  const std::size_t behind = mac->offset + kZeros.size();
  const Md5 expected = digests.hmac_md5(
      secret, {all.first(kAuthenticatorOffset), header,
               all.subspan(kHeaderSize, mac->offset - kHeaderSize), kZeros, all.subspan(behind)});
  return equal_octets(expected, mac->value) ? MacCheck::right : MacCheck::wrong;
}

bool check_authenticator(const Packet& packet, const Authenticator& header, OctetView secret,
                         Digests& digests) {
  const Md5 expected = digests.md5({packet.octets.first(kAuthenticatorOffset), header,
                                    packet.octets.subspan(kHeaderSize), secret});
  return equal_octets(expected, packet.authenticator);
}

}  // namespace

MacCheck check_message_authenticator(const Packet& request, OctetView secret, Digests& digests) {
  return check_mac(request, for_mac(request), secret, digests);
}

MacCheck check_message_authenticator(const Packet& reply, const Authenticator& request,
                                     OctetView secret, Digests& digests) {
  return check_mac(reply, request, secret, digests);
}

bool check_response_authenticator(const Packet& reply, const Authenticator& request,
                                  OctetView secret, Digests& digests) {
  return check_authenticator(reply, request, secret, digests);
}

bool check_request_authenticator(const Packet& request, OctetView secret, Digests& digests) {
  return check_authenticator(request, kZeros, secret, digests);
}

bool equal_octets(OctetView a, OctetView b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned>(a[i]) ^ static_cast<unsigned>(b[i]);
  }
  return difference == 0;
}

}  // namespace postern::radius
