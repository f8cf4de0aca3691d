#include "outpost/radius/dynamic_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/access/network.h"
#include "protocols/radius/authenticity.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;
using radius::Code;

constexpr std::int64_t kSecond = 1000;
constexpr std::size_t kIpv4Start = 12;  // in a mapped address

void add_nas(radius::Writer& writer, const core::NetworkSession& session) {
  writer.add(type::nas_identifier, session.nas_identifier);
  const auto address = core::parse_address(session.nas_address);
  if (!address) return;
  const bool mapped = core::masked(*address, 96) == core::parse_network("0.0.0.0/0")->address;
  const OctetView octets(*address);
  if (mapped) {
    writer.add(type::nas_ip_address, octets.subspan(kIpv4Start));
  } else {
    writer.add(type::nas_ipv6_address, octets);
  }
}

struct Cause {
  std::uint32_t number;
  const char* name;
};
constexpr std::array<Cause, 17> kCauses{{{201, "Residual-Context-Removed"},
                                         {202, "Invalid-EAP-Packet"},
                                         {401, "Unsupported-Attribute"},
                                         {402, "Missing-Attribute"},
                                         {403, "NAS-Identification-Mismatch"},
                                         {404, "Invalid-Request"},
                                         {405, "Unsupported-Service"},
                                         {406, "Unsupported-Extension"},
                                         {407, "Invalid-Attribute-Value"},
                                         {501, "Administratively-Prohibited"},
                                         {502, "Request-Not-Routable"},
                                         {503, "Session-Context-Not-Found"},
                                         {504, "Session-Context-Not-Removable"},
                                         {505, "Other-Proxy-Processing-Error"},
                                         {506, "Resources-Unavailable"},
                                         {507, "Request-Initiated"},
                                         {508, "Multiple-Session-Selection-Unsupported"}}};

// 5176 3.5: 2xx belong to an ACK, all others to a NAK.
std::uint32_t cause_of(const radius::Packet& answer, bool acknowledged) noexcept {
  const std::uint32_t cause = answer.number(type::error_cause).value_or(0);
  return (cause >= 200 && cause < 300) == acknowledged ? cause : 0;
}

}  // namespace

radius::Authenticator DynamicRequest::authenticator() const noexcept {
  radius::Authenticator out{};
  std::copy_n(octets.begin() + 4, out.size(), out.begin());
  return out;
}

std::optional<DynamicRequest> dynamic_request(DynamicKind kind, std::uint8_t identifier,
                                              const core::NetworkSession& session,
                                              std::span<const EncodedItem> changes,
                                              core::WallMs now, OctetView secret,
                                              radius::Digests& digests) {
  const Code code = kind == DynamicKind::disconnect ? Code::disconnect_request : Code::coa_request;
  radius::Writer writer(code, identifier, radius::Writer::Lead::message_authenticator);
  writer.add_number(type::event_timestamp, static_cast<std::uint32_t>(now / kSecond));
  add_nas(writer, session);
  writer.add(type::user_name, session.outer_name);
  writer.add(type::acct_session_id, session.session_id);
  writer.add(type::calling_station_id, session.calling_station);
  constexpr radius::Authenticator kNone{};
  for (const EncodedItem& item : changes) {
    // Hiding starts from the Request Authenticator, which here depends on what is hidden.
    if (item.attribute->hiding != radius::Hiding::none) return std::nullopt;
    const radius::HidingKey key{kNone, secret, 0, digests};
    if (!radius::assign(writer, *item.attribute, item.tag, item.value, key)) return std::nullopt;
  }
  return DynamicRequest{kind, identifier, std::move(writer).finish_signed_request(secret, digests)};
}

std::optional<DynamicAnswer> read_dynamic_answer(const DynamicRequest& request, OctetView datagram,
                                                 OctetView secret, radius::Digests& digests) {
  const auto answer = radius::decode_packet(datagram);
  if (!answer || answer->identifier != request.identifier) return std::nullopt;
  const bool disconnect = request.kind == DynamicKind::disconnect;
  const bool acknowledged = answer->code == (disconnect ? Code::disconnect_ack : Code::coa_ack);
  if (!acknowledged && answer->code != (disconnect ? Code::disconnect_nak : Code::coa_nak)) {
    return std::nullopt;
  }
  const radius::Authenticator authenticator = request.authenticator();
  if (!radius::check_response_authenticator(*answer, authenticator, secret, digests) ||
      radius::check_message_authenticator(*answer, authenticator, secret, digests) ==
          radius::MacCheck::wrong) {
    return std::nullopt;
  }
  return DynamicAnswer{acknowledged, cause_of(*answer, acknowledged)};
}

std::string answer_text(const DynamicAnswer& answer) {
  std::string out = answer.acknowledged ? "ack" : "nak";
  if (answer.error_cause == 0) return out;
  out += " " + std::to_string(answer.error_cause);
  const auto known = std::find_if(kCauses.begin(), kCauses.end(), [&](const Cause& cause) {
    return cause.number == answer.error_cause;
  });
  return known == kCauses.end() ? out : out + " " + known->name;
}

}  // namespace postern::outpost
