#pragma once
// The permissions that this version knows, by authentik's names.

#include <array>
#include <string_view>

namespace postern::core {

inline constexpr std::string_view kSearchFullDirectory =
    "authentik_providers_ldap.search_full_directory";

inline constexpr std::array<std::string_view, 1> kPermissions{kSearchFullDirectory};

}  // namespace postern::core
