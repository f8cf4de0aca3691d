#pragma once
// The names that a client certificate carries, read after the handshake. Names that hold control
// characters or are not UTF-8 are left out: they may be meant to be read differently elsewhere.
// Thread: that of the tunnel. Source: RFC 5280 4.1.2.6, 4.2.1.6; [MS-WCCE] for the UPN.

#include <optional>
#include <string>
#include <vector>

struct ssl_st;

namespace postern::outpost {

struct ClientNames {
  std::string subject;      // RFC 4514 text, for the log
  std::string common_name;  // the last CN; "" = none
  std::vector<std::string> emails, uris, upns, dns;
  std::string fingerprint;  // SHA-256 of the certificate, lower-case hex
};

// Nothing: no certificate was shown, or it did not verify.
std::optional<ClientNames> read_client_names(const ssl_st* ssl);

}  // namespace postern::outpost
