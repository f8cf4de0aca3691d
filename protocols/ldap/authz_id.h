#pragma once
// Authorization identities as text: "dn:" and a DN, "u:" and a user name, or nothing at all. Used
// by SASL, Who am I, the authorization identity control. The prefixes are in lower case. Any
// thread. Source: RFC 4513 5.2.1.8.

#include <cstdint>
#include <string_view>

#include "protocols/result.h"

namespace postern::ldap {

struct AuthzId {
  enum class Form : std::uint8_t { none, dn, user } form = Form::none;
  std::string_view text;  // behind the prefix; a DN is well-formed, a name is UTF-8
  bool operator==(const AuthzId&) const = default;
};
// Any other form is an error: the identity cannot be assumed.
Result<AuthzId> parse_authz_id(std::string_view text);

}  // namespace postern::ldap
