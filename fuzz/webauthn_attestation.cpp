// LINK: postern_core Boost::json OpenSSL::Crypto
// Whole answers of keys: the input is an attestation object, or, behind one octet, authenticator
// data and a signature. Nobody is let in: no input knows the challenge, so none has the right
// signature over it, and a registration holds what its parts say, but never a proof of a maker
// whose key nobody has.

#include <cstdint>
#include <cstdlib>

#include "core/webauthn/attestation_roots.h"
#include "core/webauthn/base64url.h"
#include "core/webauthn/ceremony.h"

namespace {

using namespace postern::core;

constexpr std::string_view kChallenge = "challenge";
constexpr std::string_view kMaker =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBYTCCAROgAwIBAgIUAcjuWg6lpktkqOdr9q86L29IKzowBQYDK2VwMCUxIzAh\n"
    "BgNVBAMMGk1ha2VyIHdob3NlIGtleSBub2JvZHkgaGFzMCAXDTI2MTEyMjE2MjMx\n"
    "MVoYDzIxMjYxMDI5MTYyMzExWjAlMSMwIQYDVQQDDBpNYWtlciB3aG9zZSBrZXkg\n"
    "bm9ib2R5IGhhczAqMAUGAytlcAMhAFtcyjswk6lHX8jnls3z/LOtnPPlXQF1xGM+\n"
    "Db2nJ/+jo1MwUTAdBgNVHQ4EFgQUEqoTVFHaP0JoGqFydWSuVK9k9FowHwYDVR0j\n"
    "BBgwFoAUEqoTVFHaP0JoGqFydWSuVK9k9FowDwYDVR0TAQH/BAUwAwEB/zAFBgMr\n"
    "ZXADQQAkefxze1f4tl3dbJ7e5vEHqa/8saRWcKJakDXD7b7F3UzjhU3u1D8LHEjN\n"
    "ltwBPZ/D4H37IFsdYZQzmb6wFvsJ\n"
    "-----END CERTIFICATE-----\n";

boost::json::object answer(std::string_view id, std::string_view type, std::string_view name,
                           std::string_view octets) {
  const std::string client = "{\"type\":\"" + std::string(type) + "\",\"challenge\":\"" +
                             to_base64url(kChallenge) + "\",\"origin\":\"https://localhost\"}";
  return {{"id", to_base64url(id)},
          {"rawId", to_base64url(id)},
          {"type", "public-key"},
          {"response", {{"clientDataJSON", to_base64url(client)}, {name, to_base64url(octets)}}}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const auto roots = AttestationRoots::from_pem(kMaker);
  const CeremonyRequest request{kChallenge, "https://localhost", "localhost", false, &*roots};
  const std::string id(32, 'i');
  const auto registered =
      register_credential(answer(id, "webauthn.create", "attestationObject", text), request);
  if (const auto* made = std::get_if<NewCredential>(&registered)) {
    if (made->id != id || made->public_key.empty() || made->aaguid.size() != 16) std::abort();
    if (made->attestation == "root") std::abort();
  }
  // An Ed25519 key whose private half nobody has.
  std::string key = "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20";
  key +=
      "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
      "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
  boost::json::object assertion =
      answer(id, "webauthn.get", "authenticatorData", text.substr(0, size < 64 ? size : size - 64));
  assertion["response"].as_object()["signature"] =
      to_base64url(text.substr(size < 64 ? 0 : size - 64));
  const auto judged = verify_assertion(assertion, request, {id, key, 0, false});
  if (std::holds_alternative<Assertion>(judged)) std::abort();
  return 0;
}
