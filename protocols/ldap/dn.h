#pragma once
// Distinguished names: RFC 4514 text <-> parts, and a normal form that serves as an index key.
//
// Normal form: RDNs joined by ',', AVAs of one RDN sorted and joined by '+', each `type=value`:
// type the lower-case short name of the attribute (or its OID if unknown), value prepared by
// caseIgnore, with special characters as lower-case hex pairs. So an unescaped ',' is always an RDN
// boundary, the text is itself a valid DN, and equal names have equal normal forms. BER values
// (#hex) of string types become their text, others stay `#hex`.
//
// Accepted: both escapes, spaces around separators, dotted OIDs, names in any case, the empty DN.
// Bounded: 8 KiB, 64 RDNs. Any error is invalidDNSyntax. Any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/result.h"

namespace postern::ldap {

inline constexpr std::size_t kMaxDnOctets = 8 * 1024;
inline constexpr std::size_t kMaxRdns = 64;

// Replaces `out` by the normal form; no allocation when its capacity suffices and the DN is plain
// ASCII. false = no DN, `out` unspecified.
bool normalise_dn(std::string_view text, std::string& out);

// A value as it may stand in a DN (RFC 4514 2.4).
std::string escape_rdn_value(std::string_view value);
void append_escaped_rdn_value(std::string& out, std::string_view value);
// "type=value" in front of a parent: build_dn("cn", "a,b", "dc=x") = "cn=a\,b,dc=x".
std::string build_dn(std::string_view type, std::string_view value, std::string_view parent);

struct Ava {
  std::string type;      // as sent
  std::string value;     // unescaped octets
  bool encoded = false;  // value is a whole BER element that is no string, given as #hex
  bool operator==(const Ava&) const = default;
};
using Rdn = std::vector<Ava>;

class Dn {
 public:
  Dn() = default;  // the empty DN
  static Result<Dn> parse(std::string_view text);

  const std::vector<Rdn>& rdns() const noexcept { return rdns_; }  // leaf first
  std::size_t size() const noexcept { return rdns_.size(); }
  bool empty() const noexcept { return rdns_.empty(); }
  const std::string& normalised() const noexcept { return normalised_; }
  std::string text() const;  // RFC 4514 string with the types and values as parsed
  Dn parent() const;         // of the empty DN: the empty DN
  bool is_within(const Dn& base) const noexcept;  // equal or below

  bool operator==(const Dn& other) const noexcept { return normalised_ == other.normalised_; }

 private:
  std::vector<Rdn> rdns_;
  std::string normalised_;
};

// On normal forms. No allocation; results are views into the argument.
std::string_view normal_parent(std::string_view dn) noexcept;  // "" for one RDN or none
std::string_view normal_leaf(std::string_view dn) noexcept;    // first RDN
bool normal_is_within(std::string_view dn, std::string_view base) noexcept;  // equal or below
bool normal_is_child(std::string_view dn, std::string_view base) noexcept;  // exactly one RDN below
std::size_t normal_depth(std::string_view dn) noexcept;                     // number of RDNs
// What stands in front of the base, without the comma: "cn=a" of ("cn=a,dc=x", "dc=x"); "" if
// equal. REQUIRES: normal_is_within(dn, base)
std::string_view normal_relative(std::string_view dn, std::string_view base) noexcept;
// Value of a single-valued RDN of that type (lower-case short name), unescaped into `value`.
bool normal_rdn_value(std::string_view rdn, std::string_view type, std::string& value);

}  // namespace postern::ldap
