// authentik_flows: flows and the stages bound to them.
// Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kBySlug{"slug"};
constexpr std::array<string_view, 3> kByTargetStageOrder{"target", "stage", "order"};
constexpr std::array<string_view, 2> kEngineModes{"any", "all"};
constexpr std::array<string_view, 7> kDesignations{
    "authentication", "authorization", "invalidation",       "enrollment",
    "unenrollment",   "recovery",      "stage_configuration"};
constexpr std::array<string_view, 7> kFlowAuthentication{"none",
                                                         "require_authenticated",
                                                         "require_unauthenticated",
                                                         "require_superuser",
                                                         "require_outpost",
                                                         "require_redirect",
                                                         "require_token"};
constexpr std::array<string_view, 3> kDeniedActions{"message_continue", "message", "continue"};
constexpr std::array<string_view, 5> kLayouts{"stacked", "content_left", "content_right",
                                              "sidebar_left", "sidebar_right"};
constexpr std::array<string_view, 3> kInvalidResponse{"retry", "restart", "restart_with_context"};
constexpr Field kFlowFields[] = {
    {.name = "slug", .type = Type::slug, .flags = kRequired | kUnique},
    {.name = "name", .flags = kRequired},
    {.name = "title", .flags = kRequired},
    {.name = "designation", .type = Type::choice, .flags = kRequired, .choices = kDesignations},
    {.name = "authentication",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("none")",
     .choices = kFlowAuthentication},
    {.name = "policy_engine_mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("any")",
     .choices = kEngineModes},
    {.name = "denied_action",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("message_continue")",
     .choices = kDeniedActions},
    {.name = "compatibility_mode",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "layout",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("stacked")",
     .choices = kLayouts},
    {.name = "background", .home = Home::settings, .fallback = R"("")"},
};
constexpr Field kFlowStageBindingFields[] = {
    {.name = "target",
     .type = Type::reference,
     .flags = kRequired,
     .target = "authentik_flows.flow"},
    {.name = "stage", .type = Type::reference, .flags = kRequired, .target = "stage"},
    {.name = "order", .type = Type::integer, .flags = kRequired},
    {.name = "evaluate_on_plan", .type = Type::boolean, .fallback = "false"},
    {.name = "re_evaluate_policies", .type = Type::boolean, .fallback = "true"},
    {.name = "policy_engine_mode",
     .type = Type::choice,
     .fallback = R"("any")",
     .choices = kEngineModes},
    {.name = "invalid_response_action",
     .type = Type::choice,
     .fallback = R"("retry")",
     .choices = kInvalidResponse},
};

constexpr Model kFlow{"authentik_flows.flow", "", "flows",     Key::uuid, "pk",
                      Feed::config,           "", kFlowFields, kBySlug};
constexpr Model kFlowStageBinding{"authentik_flows.flowstagebinding",
                                  "",
                                  "flow_stage_bindings",
                                  Key::uuid,
                                  "pk",
                                  Feed::config,
                                  "",
                                  kFlowStageBindingFields,
                                  kByTargetStageOrder};

constexpr std::array<const Model*, 2> kModels{&kFlow, &kFlowStageBinding};

}  // namespace

std::span<const Model* const> models_of_flows() noexcept { return kModels; }

}  // namespace postern::core
