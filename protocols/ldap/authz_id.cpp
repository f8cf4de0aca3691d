#include "protocols/ldap/authz_id.h"

#include <string>

#include "protocols/ldap/dn.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {

Result<AuthzId> parse_authz_id(std::string_view text) {
  if (text.empty()) return AuthzId{};
  if (text.starts_with("dn:")) {
    const std::string_view dn = text.substr(3);
    std::string normal;
    if (!normalise_dn(dn, normal)) return DecodeError{"invalid DN", 3};
    return AuthzId{AuthzId::Form::dn, dn};
  }
  if (text.starts_with("u:")) {
    const std::string_view name = text.substr(2);
    if (!is_utf8(name)) return DecodeError{"name is no UTF-8", 2};
    return AuthzId{AuthzId::Form::user, name};
  }
  return DecodeError{"unknown form of identity", 0};
}

}  // namespace postern::ldap
