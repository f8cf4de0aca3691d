#include "app/attestation_roots.h"

#include <fstream>
#include <iterator>

#include "app/state_dir.h"

namespace postern::app {

std::optional<core::AttestationRoots> load_attestation_roots(const WebAuthnConfig& config) {
  if (!config.attestation_roots) return std::nullopt;
  const std::string file = config.attestation_roots->string();
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) throw StateError("cannot read webauthn.attestation_roots " + file);
  auto roots = core::AttestationRoots::from_pem(text);
  if (!roots) throw StateError("webauthn.attestation_roots " + file + ": " + roots.error().message);
  return std::optional<core::AttestationRoots>(std::move(*roots));
}

}  // namespace postern::app
