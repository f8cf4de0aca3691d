#include "app/dn_check.h"

#include "protocols/ldap/dn.h"

namespace postern::app {

std::optional<std::string> check_dn_field(const core::Model& model, std::string_view field,
                                          const core::Value& value) {
  if (model.name != "authentik_providers_ldap.ldapprovider" || field != "base_dn") return {};
  std::string normal;
  if (value.is_string() && ldap::normalise_dn(value.get_string(), normal) && !normal.empty()) {
    return {};
  }
  return "must be a DN such as dc=example,dc=org";
}

}  // namespace postern::app
