#pragma once
// The numbers of RADIUS: packet codes and the attributes that a server itself looks at. Everything
// else is data (dictionary.h). RFC 2865 3 and 5, RFC 2866 5, RFC 2869 5, RFC 3162 2, RFC 3579 3,
// RFC 4372 2, RFC 5176 2, 3.

#include <array>
#include <cstddef>
#include <cstdint>

namespace postern::radius {

enum class Code : std::uint8_t {
  access_request = 1,
  access_accept = 2,
  access_reject = 3,
  accounting_request = 4,
  accounting_response = 5,
  access_challenge = 11,
  status_server = 12,
  disconnect_request = 40,
  disconnect_ack = 41,
  disconnect_nak = 42,
  coa_request = 43,
  coa_ack = 44,
  coa_nak = 45,
};

// Whether `octet` is one of the codes above.
bool is_known_code(std::uint8_t octet) noexcept;

namespace type {
inline constexpr std::uint8_t user_name = 1;
inline constexpr std::uint8_t user_password = 2;
inline constexpr std::uint8_t chap_password = 3;
inline constexpr std::uint8_t nas_ip_address = 4;
inline constexpr std::uint8_t nas_port = 5;
inline constexpr std::uint8_t service_type = 6;
inline constexpr std::uint8_t framed_ip_address = 8;
inline constexpr std::uint8_t framed_mtu = 12;
inline constexpr std::uint8_t reply_message = 18;
inline constexpr std::uint8_t state = 24;
inline constexpr std::uint8_t class_ = 25;
inline constexpr std::uint8_t vendor_specific = 26;
inline constexpr std::uint8_t session_timeout = 27;
inline constexpr std::uint8_t idle_timeout = 28;
inline constexpr std::uint8_t called_station_id = 30;
inline constexpr std::uint8_t calling_station_id = 31;
inline constexpr std::uint8_t nas_identifier = 32;
inline constexpr std::uint8_t proxy_state = 33;
inline constexpr std::uint8_t acct_status_type = 40;
inline constexpr std::uint8_t acct_delay_time = 41;
inline constexpr std::uint8_t acct_input_octets = 42;
inline constexpr std::uint8_t acct_output_octets = 43;
inline constexpr std::uint8_t acct_session_id = 44;
inline constexpr std::uint8_t acct_session_time = 46;
inline constexpr std::uint8_t acct_input_packets = 47;
inline constexpr std::uint8_t acct_output_packets = 48;
inline constexpr std::uint8_t acct_terminate_cause = 49;
inline constexpr std::uint8_t acct_multi_session_id = 50;
inline constexpr std::uint8_t acct_input_gigawords = 52;
inline constexpr std::uint8_t acct_output_gigawords = 53;
inline constexpr std::uint8_t event_timestamp = 55;
inline constexpr std::uint8_t chap_challenge = 60;
inline constexpr std::uint8_t nas_port_type = 61;
inline constexpr std::uint8_t tunnel_password = 69;
inline constexpr std::uint8_t eap_message = 79;
inline constexpr std::uint8_t message_authenticator = 80;
inline constexpr std::uint8_t acct_interim_interval = 85;
inline constexpr std::uint8_t nas_port_id = 87;
inline constexpr std::uint8_t chargeable_user_identity = 89;
inline constexpr std::uint8_t nas_ipv6_address = 95;
inline constexpr std::uint8_t framed_interface_id = 96;
inline constexpr std::uint8_t framed_ipv6_prefix = 97;
inline constexpr std::uint8_t error_cause = 101;
inline constexpr std::uint8_t eap_key_name = 102;
inline constexpr std::uint8_t delegated_ipv6_prefix = 123;
inline constexpr std::uint8_t framed_ipv6_address = 168;
}  // namespace type

inline constexpr std::size_t kHeaderSize = 20;
inline constexpr std::size_t kMaxPacket = 4096;
inline constexpr std::size_t kMaxAttributes = 200;          // of one packet that we read
inline constexpr std::size_t kMaxValue = 253;               // octets of one attribute
inline constexpr std::uint32_t kServiceAuthorizeOnly = 17;  // Service-Type, RFC 5176 3.2

using Authenticator = std::array<std::uint8_t, 16>;

}  // namespace postern::radius
