#pragma once
// LDAP URLs: text <-> parts, as they stand in referrals, group definitions and configuration.
//
//   ldap://host:port/dn?attributes?scope?filter?extensions     (every part from the right may lack)
//
// Parts are percent-decoded. Schemes ldap, ldaps and ldapi, in any case; the host of ldapi is a
// percent-encoded path. DN and filter are checked. A URL with a critical extension that the reader
// does not know must not be processed: ask unknown_critical(). Bounded: 16 KiB. Any thread.
// Source: RFC 4516, RFC 3986 2.1 and 3.2.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/message.h"
#include "protocols/result.h"

namespace postern::ldap {

inline constexpr std::size_t kMaxUrlOctets = 16 * 1024;

struct LdapUrl {
  enum class Scheme : std::uint8_t { ldap, ldaps, ldapi } scheme = Scheme::ldap;
  std::string host;        // "" = the client's choice; "[::1]" keeps its brackets
  std::uint16_t port = 0;  // 0 = the scheme's own
  std::string dn;
  std::vector<std::string> attributes;  // empty = all user attributes
  Scope scope = Scope::base;
  std::string filter = "(objectClass=*)";

  struct Extension {
    bool critical = false;
    std::string type;
    std::string value;
    bool operator==(const Extension&) const = default;
  };
  std::vector<Extension> extensions;

  bool operator==(const LdapUrl&) const = default;
};

Result<LdapUrl> parse_ldap_url(std::string_view text);
// The shortest text that has these parts.
std::string to_text(const LdapUrl& url);
// A critical extension that is not among those `known` (any case).
bool unknown_critical(const LdapUrl& url, std::span<const std::string_view> known) noexcept;

}  // namespace postern::ldap
