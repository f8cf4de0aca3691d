#pragma once
// CoseKey: a public key of an authenticator (RFC 9052 7, RFC 8230) and its signatures, by OpenSSL.
// ES256 (-7), EdDSA over Ed25519 (-8), RS256 (-257, 2048 to 4096 bits). A key whose point is not on
// the curve is none. Thread: pure; a key is used by one thread at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/webauthn/cbor.h"

struct evp_pkey_st;

namespace postern::core {

inline constexpr int kEs256 = -7, kEdDsa = -8, kRs256 = -257;

struct FreePkey {
  void operator()(evp_pkey_st* key) const noexcept;
};
using PkeyPtr = std::unique_ptr<evp_pkey_st, FreePkey>;

struct CoseKey {
  int algorithm = 0;
  PkeyPtr key;
};
std::optional<CoseKey> read_cose_key(const Cbor& map);

// Whether `signature` is that of `key` by `algorithm` over `data`.
bool verify_signature(int algorithm, evp_pkey_st& key, std::string_view data,
                      std::string_view signature);

}  // namespace postern::core
