#pragma once
// The file of webauthn.attestation_roots. Nothing = none is configured. Errors: StateError names
// the file and what is wrong. Thread: at the start.

#include <optional>

#include "app/config/config.h"
#include "core/webauthn/attestation_roots.h"

namespace postern::app {

std::optional<core::AttestationRoots> load_attestation_roots(const WebAuthnConfig& config);

}  // namespace postern::app
