#pragma once
// The permissions that this version knows, by authentik's names.

#include <array>
#include <string_view>

namespace postern::core {

inline constexpr std::string_view kSearchFullDirectory =
    "authentik_providers_ldap.search_full_directory";

// What may be written over LDAP (and by the API).
inline constexpr std::string_view kAddUser = "authentik_core.add_user";
inline constexpr std::string_view kChangeUser = "authentik_core.change_user";
inline constexpr std::string_view kDeleteUser = "authentik_core.delete_user";
inline constexpr std::string_view kResetPassword = "authentik_core.reset_user_password";
inline constexpr std::string_view kAddGroup = "authentik_core.add_group";
inline constexpr std::string_view kChangeGroup = "authentik_core.change_group";
inline constexpr std::string_view kDeleteGroup = "authentik_core.delete_group";

inline constexpr std::array<std::string_view, 8> kPermissions{
    kSearchFullDirectory, kAddUser,  kChangeUser,  kDeleteUser,
    kResetPassword,       kAddGroup, kChangeGroup, kDeleteGroup};

}  // namespace postern::core
