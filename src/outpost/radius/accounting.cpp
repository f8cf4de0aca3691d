#include "outpost/radius/accounting.h"

#include <algorithm>
#include <array>
#include <utility>

#include "outpost/radius/packet_text.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;
using core::AddressOctets;
using core::NetworkSession;
using radius::Packet;

constexpr std::int64_t kSecond = 1000;
constexpr core::WallMs kOldest = 24 * 3600 * kSecond;  // of an Event-Timestamp that is believed
constexpr core::WallMs kAhead = 5 * kSecond;

// RFC 2866 5.13, RFC 3579 3.3.
constexpr std::array<std::uint8_t, 5> kForbidden{
    type::user_password, type::chap_password, type::state, type::reply_message, type::eap_message};

std::int64_t number_of(const Packet& packet, std::uint8_t kind) {
  return packet.number(kind).value_or(0);
}

// RFC 2869 5.1: how often the counter below has wrapped.
std::int64_t octets_of(const Packet& packet, std::uint8_t low, std::uint8_t gigawords) {
  return number_of(packet, gigawords) << 32 | number_of(packet, low);
}

// RFC 3162 2.3: a reserved octet, the length, then as much of the prefix as is needed.
std::string prefix_of(OctetView value) {
  if (value.size() < 2 || value.size() > 18 || value[1] > 128) return {};
  AddressOctets octets{};
  std::copy(value.begin() + 2, value.end(), octets.begin());
  return core::address_text(octets) + "/" + std::to_string(value[1]);
}

// All that the device got: addresses (RFC 6911), prefixes, delegated ones.
std::string ipv6_of(const Packet& packet) {
  std::string out;
  for (const radius::Attribute& one : packet.attributes) {
    std::string text;
    if (one.type == type::framed_ipv6_address && one.value.size() == 16) {
      text = address_text_of(one.value);
    } else if (one.type == type::framed_ipv6_prefix || one.type == type::delegated_ipv6_prefix) {
      text = prefix_of(one.value);
    }
    if (text.empty() || out.size() > radius::kMaxValue) continue;
    out += (out.empty() ? "" : " ") + text;
  }
  return out;
}

core::WallMs time_of(const Packet& packet, core::WallMs now) {
  if (const auto delay = packet.number(type::acct_delay_time)) {
    return now - std::min<std::int64_t>(*delay * kSecond, kOldest);
  }
  if (const auto stamp = packet.number(type::event_timestamp)) {
    const core::WallMs at = *stamp * kSecond;
    if (at >= now - kOldest && at <= now + kAhead) return std::min(at, now);
  }
  return now;
}

// Whatever the NAS says of itself; the sender's address when it says nothing.
std::string nas_key(core::ProviderId provider, const NetworkSession& facts) {
  std::string key = std::to_string(provider) + "|" + facts.nas_identifier + "|" + facts.nas_address;
  if (facts.nas_identifier.empty() && facts.nas_address.empty()) key += facts.client;
  return key;
}

NetworkSession facts_of(const Packet& packet, const DatagramPeer& from, core::ProviderId provider) {
  NetworkSession facts;
  facts.provider = provider;
  facts.session_id = printable_text(packet, type::acct_session_id);
  facts.multi_session_id = printable_text(packet, type::acct_multi_session_id);
  facts.outer_name = printable_text(packet, type::user_name);
  facts.username = facts.outer_name;
  facts.client = core::address_text(from.address);
  facts.nas_identifier = printable_text(packet, type::nas_identifier);
  facts.nas_address = nas_address_of(packet);
  facts.nas = nas_key(provider, facts);
  facts.nas_port = packet.number(type::nas_port);
  facts.nas_port_type = packet.number(type::nas_port_type);
  facts.nas_port_id = printable_text(packet, type::nas_port_id);
  facts.framed_address = address_text_of(packet, type::framed_ip_address);
  facts.framed_ipv6 = ipv6_of(packet);
  facts.calling_station = printable_text(packet, type::calling_station_id);
  facts.called_station = printable_text(packet, type::called_station_id);
  facts.in_octets = octets_of(packet, type::acct_input_octets, type::acct_input_gigawords);
  facts.out_octets = octets_of(packet, type::acct_output_octets, type::acct_output_gigawords);
  facts.in_packets = number_of(packet, type::acct_input_packets);
  facts.out_packets = number_of(packet, type::acct_output_packets);
  facts.terminate_cause = packet.number(type::acct_terminate_cause).value_or(0);
  return facts;
}

}  // namespace

std::variant<core::AccountingRecord, Dropped> read_accounting(const Packet& packet,
                                                              const DatagramPeer& from,
                                                              core::ProviderId provider,
                                                              const LoginClass& classes,
                                                              core::WallMs now) {
  for (const std::uint8_t kind : kForbidden) {
    if (packet.has(kind)) return Dropped{"accounting with an attribute that may not stand there"};
  }
  const auto status = packet.number(type::acct_status_type);
  if (!status) return Dropped{"accounting without Acct-Status-Type"};
  const bool of_nas = *status == core::accounting::kOn || *status == core::accounting::kOff;
  if (!of_nas && packet.text(type::acct_session_id).empty()) {
    return Dropped{"accounting without Acct-Session-Id"};
  }
  core::AccountingRecord record;
  record.status = *status;
  record.at = time_of(packet, now);
  if (const auto seconds = packet.number(type::acct_session_time)) record.seconds = *seconds;
  record.facts = facts_of(packet, from, provider);
  record.facts.seen = now;
  for (const radius::Attribute& one : packet.attributes) {
    if (one.type != type::class_) continue;
    const auto login = classes.open(radius::as_text(one.value));
    if (!login || login->provider != provider) continue;
    record.facts.login = *login;
    record.facts.user = login->user;
    break;
  }
  return record;
}

}  // namespace postern::outpost
