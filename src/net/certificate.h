#pragma once
// Generated certificates: a small CA (P-256, 10 years) and a server certificate under it (P-256,
// serverAuth, 825 days), for a server that was given none.
//
// In the folder: ca.pem, ca.key, server.pem (leaf, then CA), server.key; keys 0600, each file
// replaced whole. The server certificate is renewed when fewer than 30 days remain, when the names
// changed, or when a file is missing or does not fit; the CA only when it is unusable or will not
// outlive a new server certificate, since clients were told to trust it. A CA that is there but
// unreadable is an error and is not overwritten.

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "net/fallible.h"

namespace postern::net {

struct CertificateFiles {
  std::filesystem::path ca;
  std::filesystem::path certificate;
  std::filesystem::path key;
  bool renewed = false;  // the server certificate was written by this call
};

// Makes the folder (0700) and files as needed. `names`: DNS names and textual IP addresses, not
// empty.
Fallible<CertificateFiles> ensure_certificates(
    const std::filesystem::path& folder, const std::vector<std::string>& names,
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

// The server certificate above is renewed when it has less than this left.
inline constexpr std::chrono::hours kRenewBefore{30 * 24};

// When each certificate of a PEM text ends, in their order. Empty: there is none that can be read.
std::vector<std::chrono::system_clock::time_point> certificate_ends(std::string_view pem);

}  // namespace postern::net
