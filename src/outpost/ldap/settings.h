#pragma once
// LdapSettings: what an administrator may say about LDAP sessions. Plain values; a session reads
// the settings that were current when it was made. Octets and seconds unless the type says
// otherwise. Defaults: design.md 6, reference row L79.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace postern::outpost {

// What one search may cost; 0 = no limit of ours.
struct SearchAllowance {
  std::uint32_t size = 0;      // entries returned, in a paged series altogether
  std::uint32_t time = 60;     // seconds
  std::uint64_t examined = 0;  // entries looked at
};

struct LdapSettings {
  bool require_confidentiality = true;  // a password in clear from a non-loopback address: 13
  bool tls_available = false;           // StartTLS can be served

  std::size_t max_pdu_anonymous = std::size_t{256} * 1024;
  std::size_t max_pdu_bound = std::size_t{4} * 1024 * 1024;
  std::size_t max_pending_anonymous = 100;  // requests waiting or running on one connection
  std::size_t max_pending_bound = 1000;

  std::chrono::seconds idle{300};         // no request under way and none arriving
  std::chrono::seconds first_byte{30};    // from connect to the first octet; StartTLS to tls_up()
  std::chrono::seconds slow_request{30};  // from the first octet of a request to its last

  SearchAllowance searches;       // of who sees itself and what belongs to it
  SearchAllowance full_searches;  // of who may search everything
  const SearchAllowance& allowance(bool full) const noexcept {
    return full ? full_searches : searches;
  }

  // SASL EXTERNAL. Who the owner of a client certificate is: the first of these that finds exactly
  // one user. Who the processes at a local socket are, by uid: user names; what has none there is,
  // if so said, the user whose uidNumber it is.
  enum class CertificateName : std::uint8_t { email, upn, uri, common_name };
  std::vector<CertificateName> certificate_names{CertificateName::email, CertificateName::upn,
                                                 CertificateName::uri,
                                                 CertificateName::common_name};
  std::map<std::uint32_t, std::string> local_users{{0, "akadmin"}};
  bool local_by_number = false;

  std::string vendor_name = "postern";
  std::string vendor_version = "0.1.0";
};

// Unsent output above which a session neither reads nor produces more.
inline constexpr std::size_t kMaxUnsent = std::size_t{256} * 1024;

}  // namespace postern::outpost
