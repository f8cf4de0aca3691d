#pragma once
// What a certificate says of itself, and self-signed ones made on request. Thread: pure but for
// randomness. Errors: empty facts, nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/secret.h"

namespace postern::http {

struct CertificateFacts {
  std::string sha256, sha1;  // "aa:bb:...", lower case; "" = the text is no certificate
  std::string subject;       // RFC 4514
  std::int64_t expires_ms = 0;
  std::string key_type;  // rsa, ec, ed25519, ...
};
CertificateFacts certificate_facts(std::string_view pem);

struct SelfSigned {
  std::string certificate;  // PEM
  core::Secret key;         // PEM
};
// `algorithm`: rsa, ecdsa, ed25519; `names`: DNS names and addresses, with commas between.
std::optional<SelfSigned> self_signed(std::string_view common_name, std::string_view names,
                                      int days, std::string_view algorithm);

}  // namespace postern::http
