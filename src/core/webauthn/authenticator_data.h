#pragma once
// Authenticator data (WebAuthn Level 3, 6.1): what the authenticator signs. Read whole and bounded;
// nothing may trail; lengths, flags and parts agree. Views of the input. Thread: pure.

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/webauthn/cbor.h"

namespace postern::core {

struct AuthenticatorData {
  static constexpr std::uint8_t kUserPresent = 1, kUserVerified = 4, kBackupEligible = 8,
                                kBackedUp = 16, kAttested = 64, kExtensions = 128;
  std::string_view rp_id_hash;  // 32 octets
  std::uint8_t flags = 0;
  std::uint32_t sign_count = 0;
  // with kAttested
  std::string_view aaguid;         // 16 octets
  std::string_view credential_id;  // 1 to 1023 octets
  std::string_view public_key;     // COSE, as written
  Cbor cose;

  bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }
};
std::optional<AuthenticatorData> read_authenticator_data(std::string_view text);

}  // namespace postern::core
