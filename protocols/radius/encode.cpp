#include "protocols/radius/encode.h"

#include <algorithm>
#include <utility>

namespace postern::radius {
namespace {

constexpr std::size_t kMacOffset = kHeaderSize + 2;
constexpr std::size_t kAuthenticatorOffset = 4;
constexpr std::uint8_t kAcctLinkCount = 51, kArapPassword = 70, kArapSecurity = 73, kPrompt = 76,
                       kConnectInfo = 77;

bool allowed_in_reject(std::uint8_t type) noexcept {
  switch (type) {
    case type::reply_message:
    case type::proxy_state:
    case type::eap_message:
    case type::message_authenticator:
    case type::vendor_specific:  // MS-CHAP-Error, RFC 2548 2.1.5
      return true;
    default:
      return false;
  }
}

bool allowed_in_challenge(std::uint8_t type) noexcept {
  switch (type) {
    case type::state:
    case type::session_timeout:
    case type::idle_timeout:
      return true;
    default:
      return allowed_in_reject(type);
  }
}

// What stands in no Access-Accept: it belongs to requests, to accounting, to Rejects or to
// Challenges (RFC 2865 5.44, RFC 2869 5.19, RFC 3162 3).
bool never_in_accept(std::uint8_t type) noexcept {
  switch (type) {
    case type::user_password:
    case type::chap_password:
    case type::nas_ip_address:
    case type::nas_port:
    case type::called_station_id:
    case type::calling_station_id:
    case type::nas_identifier:
    case type::chap_challenge:
    case type::nas_port_type:
    case type::nas_ipv6_address:
    case type::acct_input_gigawords:
    case type::acct_output_gigawords:
    case type::event_timestamp:
    case type::nas_port_id:
    case kArapPassword:
    case kConnectInfo:
      return true;
    default:
      return (type >= type::acct_status_type && type <= kAcctLinkCount) ||
             (type >= kArapSecurity && type <= kPrompt);
  }
}

// 0-1 in the tables (RFC 2865 5.44, RFC 2869 5.19, RFC 3162 3, RFC 4372 2.2, RFC 7268 3).
bool at_most_once(std::uint8_t type) noexcept {
  constexpr std::array<std::uint8_t, 31> kTypes{1,  6,  7,  8,  9,  10, 12, 15, 16, 19, 20,
                                                23, 24, 27, 28, 29, 34, 35, 36, 37, 39, 62,
                                                63, 71, 72, 84, 85, 88, 89, 96, 102};
  return std::binary_search(kTypes.begin(), kTypes.end(), type);
}

}  // namespace

bool allowed_in(Code code, std::uint8_t type) noexcept {
  switch (code) {
    case Code::access_accept:
      return !never_in_accept(type);
    case Code::access_reject:
      return allowed_in_reject(type);
    case Code::access_challenge:
      return allowed_in_challenge(type);
    case Code::accounting_response:
      return type == type::proxy_state || type == type::vendor_specific ||
             type == type::message_authenticator;
    default:
      return true;
  }
}

Writer::Writer(Code code, std::uint8_t identifier, Lead lead) {
  octets_.reserve(256);
  octets_.resize(kHeaderSize, 0);
  octets_[0] = static_cast<std::uint8_t>(code);
  octets_[1] = identifier;
  if (lead == Lead::message_authenticator) {
    leads_ = true;
    octets_.push_back(type::message_authenticator);
    octets_.push_back(static_cast<std::uint8_t>(2 + sizeof(Authenticator)));
    octets_.resize(octets_.size() + sizeof(Authenticator), 0);
  }
}

bool Writer::admits(std::uint32_t vendor, std::uint32_t type) const noexcept {
  if (vendor != 0) return true;
  if (type == type::reply_message) return !has(type::eap_message);
  const auto octet = static_cast<std::uint8_t>(type);
  return octet != type || !at_most_once(octet) || !has(octet);
}

bool Writer::add(std::uint8_t type, OctetView value) {
  // RFC 2865 5: text and strings of no octets are left out. EAP-Message alone may be empty.
  if (value.empty() && type != type::eap_message) return false;
  if (value.size() > kMaxValue || value.size() + 2 > room() || !allowed_in(code(), type)) {
    return false;
  }
  octets_.push_back(type);
  octets_.push_back(static_cast<std::uint8_t>(value.size() + 2));
  octets_.insert(octets_.end(), value.begin(), value.end());
  return true;
}

bool Writer::add_number(std::uint8_t type, std::uint32_t number) {
  const std::array<std::uint8_t, 4> octets{
      static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16 & 0xff),
      static_cast<std::uint8_t>(number >> 8 & 0xff), static_cast<std::uint8_t>(number & 0xff)};
  return add(type, octets);
}

bool Writer::has(std::uint8_t type) const noexcept {
  for (std::size_t at = kHeaderSize; at < octets_.size(); at += octets_[at + 1]) {
    if (octets_[at] == type) return true;
  }
  return false;
}

void Writer::set_length() {
  octets_[2] = static_cast<std::uint8_t>(octets_.size() >> 8);
  octets_[3] = static_cast<std::uint8_t>(octets_.size() & 0xff);
}

void Writer::put_authenticator(OctetView value) {
  std::copy(value.begin(), value.end(), octets_.begin() + kAuthenticatorOffset);
}

void Writer::put_mac(OctetView secret, Digests& digests) {
  if (!leads_) return;
  const Md5 mac = digests.hmac_md5(secret, {octets_});
  std::copy(mac.begin(), mac.end(), octets_.begin() + kMacOffset);
}

Octets Writer::finish_reply(const Authenticator& request, OctetView secret, Digests& digests) && {
  set_length();
  put_authenticator(request);
  put_mac(secret, digests);
  put_authenticator(digests.md5({octets_, secret}));
  return std::move(octets_);
}

Octets Writer::finish_request(const Authenticator& random, OctetView secret, Digests& digests) && {
  set_length();
  put_authenticator(random);
  put_mac(secret, digests);
  return std::move(octets_);
}

Octets Writer::finish_signed_request(OctetView secret, Digests& digests) && {
  return std::move(*this).finish_reply(Authenticator{}, secret, digests);
}

}  // namespace postern::radius
