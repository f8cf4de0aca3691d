#pragma once
// The arithmetic of MS-CHAP (RFC 2433 A, RFC 2759 8) and of the keys that follow from it (RFC 3079
// 2 and 3). MD4 and DES come from OpenSSL's legacy provider, loaded once into a library context of
// our own: the rest of the program goes on refusing them.
//
// Passwords are printable ASCII (network passwords are nothing else), so that UTF-16 is a zero
// behind each octet. Errors: where the provider is missing ms_chap_available() says so, and the
// others throw std::runtime_error. Thread-safe.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/session.h"

namespace postern::outpost {

using NtHash = std::array<std::uint8_t, 16>;
using NtResponse = std::array<std::uint8_t, 24>;
using MppeKey = std::array<std::uint8_t, 16>;

bool ms_chap_available() noexcept;

NtHash nt_hash(std::string_view password);
NtHash nt_hash_hash(const NtHash& hash);
// Three times DES over 8 octets: the NT-Response of MS-CHAP to its challenge.
NtResponse challenge_response(const std::array<std::uint8_t, 8>& challenge, const NtHash& hash);

// RFC 2759 8.2. `username` is without its domain.
std::array<std::uint8_t, 8> challenge_hash(OctetView peer_challenge, OctetView challenge,
                                           std::string_view username);
// RFC 2759 8.7: "S=" and 40 hexadecimal digits.
std::string authenticator_response(const NtHash& hash_hash, OctetView nt_response,
                                   const std::array<std::uint8_t, 8>& challenge_hash);

// RFC 3079 3.4, 128 bits, for the NAS's side.
struct MppeKeys {
  MppeKey send{}, receive{};
};
MppeKeys mppe_keys(const NtHash& hash_hash, OctetView nt_response);

// "DOMAIN\name" -> "name"; anything else as it is (RFC 2759 8.2 leaves the domain out).
std::string_view without_domain(std::string_view username) noexcept;

}  // namespace postern::outpost
