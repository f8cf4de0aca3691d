#pragma once
// EAP packets (RFC 3748 4): octets <-> Packet. A Packet views into what it was decoded from.
//
// decode_packet() checks: four octets are there; the code is known; Length covers the header (and a
// Type in requests and responses) and is not more than what arrived; octets behind it are padding
// and ignored. What the Type means is not looked at. Thread: pure.

#include <cstdint>
#include <string_view>
#include <vector>

#include "protocols/result.h"
#include "protocols/session.h"

namespace postern::eap {

enum class Code : std::uint8_t { request = 1, response = 2, success = 3, failure = 4 };

namespace type {
inline constexpr std::uint8_t identity = 1;
inline constexpr std::uint8_t notification = 2;
inline constexpr std::uint8_t nak = 3;
inline constexpr std::uint8_t gtc = 6;
inline constexpr std::uint8_t tls = 13;
inline constexpr std::uint8_t ttls = 21;
inline constexpr std::uint8_t peap = 25;
inline constexpr std::uint8_t mschapv2 = 26;
inline constexpr std::uint8_t extensions = 33;  // inside PEAP
inline constexpr std::uint8_t expanded = 254;
}  // namespace type

inline constexpr std::size_t kHeaderSize = 4;
inline constexpr std::size_t kTypedHeaderSize = 5;

struct Packet {
  Code code = Code::response;
  std::uint8_t identifier = 0;
  std::uint8_t type = 0;  // 0 in Success and Failure
  OctetView data;         // behind the Type
};

Result<Packet> decode_packet(OctetView octets);

// REQUIRES: data.size() <= 65530
Octets encode_request(std::uint8_t identifier, std::uint8_t type, OctetView data);
Octets encode_response(std::uint8_t identifier, std::uint8_t type, OctetView data);
// 3748-02: four octets, nothing behind them.
Octets encode_success(std::uint8_t identifier);
Octets encode_failure(std::uint8_t identifier);

// The name in an Identity response: up to a NUL, behind which options may stand (RFC 3748 5.1).
std::string_view identity_of(const Packet& packet) noexcept;

}  // namespace postern::eap
