#pragma once
// All permissions that roles may hold, under authentik's names: add, change, delete and view of
// each model, and those that stand for one act ("authentik_core.reset_user_password"). The position
// in the list is the number that the API knows one by, stable within a version. Thread: static
// data.

#include <span>
#include <string>
#include <string_view>

namespace postern::core {

struct PermissionInfo {
  std::string name;   // "authentik_core.view_user"
  std::string model;  // "authentik_core.user"
  std::string label;  // "Can view user"
  std::string_view app() const noexcept { return std::string_view(name).substr(0, name.find('.')); }
  std::string_view codename() const noexcept {
    return std::string_view(name).substr(name.find('.') + 1);
  }
};

std::span<const PermissionInfo> all_permissions();
const PermissionInfo* find_permission(std::string_view name) noexcept;  // null: there is none

// The permission for an act on a model: ("view", "authentik_core.user").
std::string permission_for(std::string_view act, std::string_view model);

}  // namespace postern::core
