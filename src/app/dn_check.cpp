#include "app/dn_check.h"

#include "protocols/ldap/dn.h"

namespace postern::app {
namespace {

std::optional<std::string> check_profile(const core::Value& attributes,
                                         const ProfileSet& profiles) {
  const auto* all = attributes.if_object();
  const auto* own = all == nullptr ? nullptr : all->if_contains("postern");
  const auto* settings = own == nullptr ? nullptr : own->if_object();
  const auto* profile = settings == nullptr ? nullptr : settings->if_contains("profile");
  if (profile == nullptr || profile->is_null()) return {};
  if (profile->is_string() && profiles.find(profile->get_string()) != nullptr) return {};
  const std::string named = profile->is_string() ? std::string(profile->get_string()) : "that";
  return "postern.profile: there is no profile " + named + "; there are " + profiles.names();
}

}  // namespace

std::optional<std::string> check_field(const core::Model& model, std::string_view field,
                                       const core::Value& value, const ProfileSet& profiles) {
  if (model.name != "authentik_providers_ldap.ldapprovider") return {};
  if (field == "attributes") return check_profile(value, profiles);
  if (field != "base_dn") return {};
  std::string normal;
  if (value.is_string() && ldap::normalise_dn(value.get_string(), normal) && !normal.empty()) {
    return {};
  }
  return "must be a DN such as dc=example,dc=org";
}

std::string normal_dn(std::string_view text) {
  std::string normal;
  return ldap::normalise_dn(text, normal) ? normal : std::string(text);
}

}  // namespace postern::app
