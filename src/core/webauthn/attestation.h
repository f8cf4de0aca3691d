#pragma once
// Attestation statements (WebAuthn Level 3, 8): `none`, and `packed` by the credential itself or by
// a certificate. Statements are verified; certificates are not traced to a vendor, since we ask for
// no attestation and trust no model more than another. Other formats are refused. Thread: pure.

#include <string_view>

#include "core/webauthn/authenticator_data.h"
#include "core/webauthn/cose_key.h"

namespace postern::core {

struct Attestation {
  std::string_view format;     // "none", "packed"
  const Cbor& statement;       // attStmt
  std::string_view signed_by;  // authenticator data and the hash of the client data, joined
};

// What is wrong, a constant word; "" = nothing. `kind` says what was shown: none, self, x5c.
std::string_view fault_of_attestation(const Attestation& attestation, const AuthenticatorData& data,
                                      const CoseKey& credential, std::string_view& kind);

}  // namespace postern::core
