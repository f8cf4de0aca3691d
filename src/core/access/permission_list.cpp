#include "core/access/permission_list.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/model/model.h"

namespace postern::core {
namespace {

struct Special {
  std::string_view name, model, label;
};
constexpr std::array<Special, 14> kSpecial{{
    {"authentik_core.reset_user_password", "authentik_core.user", "Reset password"},
    {"authentik_core.impersonate", "authentik_core.user", "Can impersonate other users"},
    {"authentik_core.add_user_to_group", "authentik_core.group", "Add user to group"},
    {"authentik_core.remove_user_from_group", "authentik_core.group", "Remove user from group"},
    {"authentik_core.view_token_key", "authentik_core.token", "View token's key"},
    {"authentik_core.set_token_key", "authentik_core.token", "Set a token's key"},
    {"authentik_crypto.view_certificatekeypair_certificate", "authentik_crypto.certificatekeypair",
     "View Certificate-Key pair's certificate"},
    {"authentik_crypto.view_certificatekeypair_key", "authentik_crypto.certificatekeypair",
     "View Certificate-Key pair's private key"},
    {"authentik_flows.export_flow", "authentik_flows.flow", "Can export a Flow"},
    {"authentik_providers_ldap.search_full_directory", "authentik_providers_ldap.ldapprovider",
     "Search full LDAP directory"},
    {"authentik_rbac.access_admin_interface", "authentik_rbac.systempermission",
     "Can access admin interface"},
    {"authentik_rbac.view_system_info", "authentik_rbac.systempermission", "Can view system info"},
    {"authentik_rbac.view_system_settings", "authentik_rbac.systempermission",
     "Can view system settings"},
    {"authentik_rbac.edit_system_settings", "authentik_rbac.systempermission",
     "Can edit system settings"},
}};

std::vector<PermissionInfo> collect() {
  std::vector<PermissionInfo> out;
  for (const Model* model : models()) {
    const std::string_view name = model->name.substr(model->name.find('.') + 1);
    for (const std::string_view act : {"add", "change", "delete", "view"}) {
      out.push_back({permission_for(act, model->name), std::string(model->name),
                     "Can " + std::string(act) + " " + std::string(name)});
    }
  }
  for (const Special& one : kSpecial) {
    out.push_back({std::string(one.name), std::string(one.model), std::string(one.label)});
  }
  return out;
}

}  // namespace

std::string permission_for(std::string_view act, std::string_view model) {
  const std::size_t dot = model.find('.');
  return std::string(model.substr(0, dot + 1)) + std::string(act) + "_" +
         std::string(model.substr(dot + 1));
}

std::span<const PermissionInfo> all_permissions() {
  static const std::vector<PermissionInfo> kAll = collect();
  return kAll;
}

const PermissionInfo* find_permission(std::string_view name) noexcept {
  const auto all = all_permissions();
  const auto found =
      std::ranges::find_if(all, [name](const PermissionInfo& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace postern::core
