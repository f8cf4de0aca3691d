#pragma once
// Sealer: secrets at rest. AES-256-GCM under a 32-octet key that lives in a file outside the
// database. Blob: version octet 1 | 4-octet key id (first octets of SHA-256 of the key) | 12-octet
// nonce | ciphertext | 16-octet tag. The context string (for example "totp:<device pk>") is
// authenticated, so that a blob moved to another row does not open. derive() gives subkeys
// (HKDF-SHA256) by label. Thread-safe after construction. Errors: unseal gives nothing for a
// foreign, altered or short blob.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/secret.h"

namespace postern::core {

class Sealer {
 public:
  Sealer(const std::array<std::uint8_t, 32>& key, Random& random);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  std::string seal(std::string_view plain, std::string_view context) const;
  std::optional<Secret> unseal(std::string_view blob, std::string_view context) const;
  std::array<std::uint8_t, 32> derive(std::string_view label) const;

 private:
  std::array<std::uint8_t, 32> key_;
  Random& random_;
};

}  // namespace postern::core
