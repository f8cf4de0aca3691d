// authentik_policies*: policies and what they are bound to.
// Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 2> kByTargetOrder{"target", "order"};
constexpr Field kPolicyBindingFields[] = {
    {.name = "target", .type = Type::reference, .flags = kRequired, .target = "policybindingmodel"},
    {.name = "policy", .type = Type::reference, .flags = kNullable, .target = "policy"},
    {.name = "group",
     .type = Type::reference,
     .flags = kNullable,
     .target = "authentik_core.group"},
    {.name = "user", .type = Type::reference, .flags = kNullable, .target = "authentik_core.user"},
    {.name = "order", .type = Type::integer, .flags = kRequired},
    {.name = "enabled", .type = Type::boolean, .fallback = "true"},
    {.name = "negate", .type = Type::boolean, .fallback = "false"},
    {.name = "timeout", .type = Type::integer, .fallback = "30"},
    {.name = "failure_result", .type = Type::boolean, .fallback = "false"},
};

constexpr Model kPolicyBinding{"authentik_policies.policybinding",
                               "",
                               "policy_bindings",
                               Key::uuid,
                               "pk",
                               Feed::config,
                               "",
                               kPolicyBindingFields,
                               kByTargetOrder};

constexpr std::array<const Model*, 1> kModels{&kPolicyBinding};

}  // namespace

std::span<const Model* const> models_of_policies() noexcept { return kModels; }

}  // namespace postern::core
