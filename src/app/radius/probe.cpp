#include "app/radius/probe.h"

#include <utility>

#include "app/system.h"
#include "core/login_effects.h"
#include "net/udp_client.h"
#include "outpost/radius/crypto.h"
#include "protocols/radius/authenticity.h"
#include "protocols/radius/eap_message.h"
#include "protocols/radius/encode.h"
#include "protocols/radius/hidden.h"
#include "protocols/radius/value.h"

namespace postern::app {
namespace {

namespace type = radius::type;

constexpr std::size_t kMostShown = 1024;
// A locally administered address: what stands before the SSID in Called-Station-Id.
constexpr std::string_view kStation = "02-00-00-00-00-01:";

Octets request_packet(const ProbeRequest& request, const std::optional<ProbeProof>& proof,
                      const radius::Authenticator& random, radius::Digests& digests) {
  const OctetView secret = radius::as_octets(request.shared_secret.reveal());
  const auto code = request.status ? radius::Code::status_server : radius::Code::access_request;
  radius::Writer writer(code, random[0], radius::Writer::Lead::message_authenticator);
  if (!request.status) {
    writer.add(type::user_name, request.user);
    if (proof) {
      proof->write(writer);
    } else if (request.eap.empty()) {
      writer.add(type::user_password,
                 radius::hide_password(radius::as_octets(request.password.reveal()), random, secret,
                                       digests));
    } else {
      radius::add_eap_message(writer, request.eap);
    }
    writer.add(type::state, request.state);
    if (!request.ssid.empty()) {
      writer.add(type::called_station_id, std::string(kStation) + request.ssid);
    }
  }
  writer.add(type::nas_identifier, request.nas_identifier);
  return std::move(writer).finish_request(random, secret, digests);
}

std::string text_of(const radius::Dictionary& dictionary, std::uint32_t vendor, std::uint8_t number,
                    OctetView value) {
  const radius::AttributeEntry* entry = dictionary.attribute(vendor, number);
  if (entry == nullptr) {
    return "Attribute-" + std::to_string(vendor) + "-" + std::to_string(number) + " = " +
           radius::show_hex(value);
  }
  if (entry->hiding != radius::Hiding::none) return entry->name + " = (hidden)";
  if (!entry->has_tag || value.empty()) {
    return entry->name + " = " + radius::show_value(dictionary, *entry, value);
  }
  Octets plain(value.begin(), value.end());
  const std::uint8_t tag = plain[0];
  const bool number_type = entry->type == radius::ValueType::integer;
  if (number_type) plain[0] = 0;
  if (!number_type && tag <= 0x1f) plain.erase(plain.begin());
  const bool tagged = tag != 0 && tag <= 0x1f;
  return entry->name + (tagged ? ":" + std::to_string(tag) : "") + " = " +
         radius::show_value(dictionary, *entry, plain);
}

// MS-CHAP-Error begins with any octet, and a server may say what it likes.
std::string shown(const radius::Dictionary& dictionary, std::uint32_t vendor, std::uint8_t number,
                  OctetView value) {
  return core::printable(text_of(dictionary, vendor, number, value), kMostShown);
}

ProbeAnswer read(const radius::Packet& reply, const radius::Dictionary& dictionary) {
  ProbeAnswer out;
  out.code = reply.code;
  out.state = reply.text(type::state);
  if (auto eap = radius::join_eap_message(reply)) out.eap = *std::move(eap);
  for (const radius::Attribute& one : reply.attributes) {
    if (one.type == type::message_authenticator || one.type == type::eap_message) continue;
    const auto inner = one.type == type::vendor_specific ? radius::vendor_attributes(one.value)
                                                         : std::vector<radius::VendorAttribute>();
    for (const radius::VendorAttribute& part : inner) {
      out.attributes.push_back(shown(dictionary, part.vendor, part.type, part.value));
    }
    if (inner.empty()) out.attributes.push_back(shown(dictionary, 0, one.type, one.value));
  }
  return out;
}

}  // namespace

ProbeResult probe(const ProbeRequest& request, const radius::Dictionary& dictionary) {
  if (request.password.size() > radius::kMaxPassword) {
    return {std::nullopt, "RADIUS carries passwords of at most 128 octets"};
  }
  if (request.method >= ProbeMethod::ms_chap && !outpost::ms_chap_available()) {
    return {std::nullopt, "MS-CHAP needs MD4 and DES of OpenSSL's legacy provider"};
  }
  outpost::OpensslDigests digests;
  SystemRandom source;
  radius::Authenticator random{};
  source.fill(random);
  std::optional<ProbeProof> proof;
  if (request.method != ProbeMethod::pap && request.eap.empty() && !request.status) {
    proof.emplace(request.method, request.user, request.password, source, digests);
  }
  const OctetView secret = radius::as_octets(request.shared_secret.reveal());
  const auto answers = [&](OctetView octets) {
    const auto reply = radius::decode_packet(octets);
    return reply && reply->identifier == random[0] &&
           radius::check_response_authenticator(*reply, random, secret, digests) &&
           radius::check_message_authenticator(*reply, random, secret, digests) ==
               radius::MacCheck::right;
  };
  net::UdpQuestion question;
  question.endpoint = request.server;
  question.octets = request_packet(request, proof, random, digests);
  const auto octets = net::ask_udp(question, answers);
  if (!octets) return {std::nullopt, octets.fault().text};
  const auto reply = radius::decode_packet(*octets);
  ProbeAnswer answer = read(*reply, dictionary);
  if (proof && answer.code == radius::Code::access_accept) {
    answer.unproven = proof->complaint(*reply, random, secret, digests);
  }
  return {std::move(answer), {}};
}

}  // namespace postern::app
