// authentik_rbac: roles, who has them, and what they grant on single objects. A role belongs to
// users and to groups, whose members have it too, nested ones included.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr Field kRoleFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    // Of all objects of their model: permission_list.h.
    {.name = "permissions", .type = Type::texts, .fallback = "[]"},
    {.name = "users",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.user",
     .link = {"role_users", "role_pk", "user_pk"}},
    {.name = "groups",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.group",
     .link = {"role_groups", "role_pk", "group_pk"}},
};
// A permission of a role on one object.
constexpr Field kGrantFields[] = {
    {.name = "role", .type = Type::reference, .flags = kRequired, .target = "authentik_rbac.role"},
    {.name = "permission", .flags = kRequired},
    {.name = "model", .flags = kRequired},
    {.name = "object", .flags = kRequired},  // pk as text
};

constexpr Model kRole{"authentik_rbac.role", "", "roles",     Key::uuid, "pk",
                      Feed::config,          "", kRoleFields, kByName};
constexpr Model kGrant{"authentik_rbac.roleobjectpermission",
                       "",
                       "role_grants",
                       Key::uuid,
                       "pk",
                       Feed::config,
                       "",
                       kGrantFields,
                       {}};

constexpr std::array<const Model*, 2> kModels{&kRole, &kGrant};

}  // namespace

std::span<const Model* const> models_of_rbac() noexcept { return kModels; }

}  // namespace postern::core
