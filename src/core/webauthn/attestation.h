#pragma once
// Attestation statements (WebAuthn Level 3, 8): `none`, and `packed` by the credential itself or by
// a certificate. Statements are verified; a certificate is traced where roots are given, and it is
// the caller's to demand that. Other formats are refused. Thread: pure.

#include <string_view>

#include "core/webauthn/attestation_roots.h"
#include "core/webauthn/authenticator_data.h"
#include "core/webauthn/cose_key.h"

namespace postern::core {

struct Attestation {
  std::string_view format;     // "none", "packed"
  const Cbor& statement;       // attStmt
  std::string_view signed_by;  // authenticator data and the hash of the client data, joined
  const AttestationRoots* roots = nullptr;
};

// What is wrong, a constant word; "" = nothing. `kind` says what was shown: none, self, x5c (a
// certificate), root (one that leads to one of the roots).
std::string_view fault_of_attestation(const Attestation& attestation, const AuthenticatorData& data,
                                      const CoseKey& credential, std::string_view& kind);

}  // namespace postern::core
