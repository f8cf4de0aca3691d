#pragma once
// Who may come to a RADIUS provider over TLS: attributes.postern.radsec of the provider,
//   clients   names that a verified client certificate has to carry, one of them:
//             NAME (a DNS name, or the CN where the certificate has no DNS name), dns:NAME,
//             cn:NAME, uri:URI, sha256:FINGERPRINT of the whole certificate in hexadecimal
//   psk       map from PSK identity to key: text of at least 16 octets, or hex:...; kept sealed
//
// Names are compared without regard to case, fingerprints without regard to colons. Empty = nobody
// comes over TLS. Sources: RFC 6614 2.3, radiusdtls-bis 3.3. Thread: pure.

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::core {

inline constexpr std::string_view kRadsecKeyContext = "radsec-psk";
inline constexpr std::size_t kMinRadsecKey = 16;

struct RadsecKey {
  std::string identity;
  std::string sealed;  // a blob; "" while the key is in clear, which only the hook sees
};

struct RadsecSettings {
  std::vector<std::string> clients;  // in the form that normal_radsec_client() gives
  std::vector<RadsecKey> keys;

  bool empty() const noexcept { return clients.empty() && keys.empty(); }
};

struct ParsedRadsec {
  RadsecSettings settings;
  std::optional<std::string> problem;  // a sentence about what is wrong
};

ParsedRadsec parse_radsec_settings(const boost::json::value& value);

// Lower case, a fingerprint without colons. "" = it is no name of a client.
std::string normal_radsec_client(std::string_view text);
// The octets of a key as it is given; nothing = it is too short or no hexadecimal text.
std::optional<std::string> radsec_key_octets(std::string_view text);

}  // namespace postern::core
