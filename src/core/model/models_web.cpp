// What the web needs beside the directory: sessions of browsers, brands, the settings of the whole
// installation. Field names are those of authentik's v3 API. Sessions are written by the server
// alone.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByDomain{"domain"};
constexpr std::array<string_view, 1> kByName{"name"};
constexpr Field kSessionFields[] = {
    // Nobody while a flow is under way.
    {.name = "user",
     .type = Type::reference,
     .flags = kReadOnly | kNullable,
     .target = "authentik_core.user"},
    // SHA-256 of the cookie, hex.
    {.name = "verifier", .flags = kReadOnly | kSecret | kUnique},
    {.name = "created", .type = Type::time, .flags = kReadOnly},
    {.name = "last_used", .type = Type::time, .flags = kReadOnly},
    {.name = "expires", .type = Type::time, .flags = kReadOnly},
    {.name = "last_ip", .flags = kReadOnly, .fallback = R"("")"},
    {.name = "last_user_agent", .flags = kReadOnly, .fallback = R"("")"},
    // When the user's password was set, as of the login: a later one ends the session.
    {.name = "password_changed", .type = Type::time, .flags = kReadOnly | kNullable},
    // Who really sits there while the session is another user's, and the same of its password.
    {.name = "impersonator",
     .type = Type::reference,
     .flags = kReadOnly | kNullable,
     .target = "authentik_core.user"},
    {.name = "impersonator_changed", .type = Type::time, .flags = kReadOnly | kNullable},
    {.name = "plan", .flags = kReadOnly | kSecret, .fallback = R"("")"},  // sealed, hex; "" = none
    {.name = "plan_version", .type = Type::integer, .flags = kReadOnly, .fallback = "0"},
    // A change of address beyond these ends the session; "" = none does.
    {.name = "network_binding", .flags = kReadOnly, .fallback = R"("")"},
    {.name = "geoip_binding", .flags = kReadOnly, .fallback = R"("")"},
};
constexpr Field kBrandFields[] = {
    {.name = "domain", .flags = kRequired | kUnique},
    {.name = "default", .type = Type::boolean, .home = Home::settings, .fallback = "false"},
    {.name = "branding_title", .home = Home::settings, .fallback = R"("postern")"},
    {.name = "branding_logo", .home = Home::settings, .fallback = R"("")"},
    {.name = "branding_favicon", .home = Home::settings, .fallback = R"("")"},
    {.name = "branding_custom_css", .home = Home::settings, .fallback = R"("")"},
    {.name = "branding_default_flow_background", .home = Home::settings, .fallback = R"("")"},
    {.name = "branding_map_tiles", .home = Home::settings, .fallback = R"("")"},
    {.name = "flow_authentication",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "flow_invalidation",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "flow_recovery",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "flow_unenrollment",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "flow_user_settings",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "default_application",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_core.application"},
    {.name = "attributes", .type = Type::json, .home = Home::settings, .fallback = "{}"},
};
// One row, named "default".
constexpr Field kSettingsFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "avatars", .home = Home::settings, .fallback = R"("initials")"},
    {.name = "default_user_change_name",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "true"},
    {.name = "default_user_change_email",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "default_user_change_username",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "event_retention",
     .type = Type::duration,
     .home = Home::settings,
     .fallback = R"("days=365")"},
    {.name = "reputation_lower_limit",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "-5"},
    {.name = "reputation_upper_limit",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "5"},
    {.name = "gdpr_compliance", .type = Type::boolean, .home = Home::settings, .fallback = "true"},
    {.name = "impersonation", .type = Type::boolean, .home = Home::settings, .fallback = "true"},
    {.name = "impersonation_require_reason",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "true"},
    {.name = "default_token_duration",
     .type = Type::duration,
     .home = Home::settings,
     .fallback = R"("minutes=30")"},
    {.name = "default_token_length",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "60"},
    // Ours: the key of a token may be looked at more than once.
    {.name = "token_view_again",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "pagination_default_page_size",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "20"},
    {.name = "pagination_max_page_size",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "100"},
};

// The audit trail is written by the event writer; this is how it is read.
constexpr Field kEventFields[] = {
    {.name = "action", .flags = kReadOnly},
    {.name = "app", .flags = kReadOnly},
    {.name = "user_pk", .type = Type::integer, .flags = kReadOnly},
    {.name = "username", .flags = kReadOnly},
    {.name = "client_ip", .flags = kReadOnly},
    {.name = "context", .type = Type::json, .flags = kReadOnly, .fallback = "{}"},
    {.name = "created", .type = Type::time, .flags = kReadOnly},
};

constexpr Model kSession{"authentik_core.authenticatedsession",
                         "",
                         "web_sessions",
                         Key::uuid,
                         "pk",
                         Feed::none,
                         "",
                         kSessionFields,
                         {}};
constexpr Model kBrand{"authentik_brands.brand",
                       "",
                       "brands",
                       Key::uuid,
                       "pk",
                       Feed::config,
                       "",
                       kBrandFields,
                       kByDomain};
constexpr Model kSettings{"authentik_tenants.tenant",
                          "",
                          "system_settings",
                          Key::uuid,
                          "pk",
                          Feed::config,
                          "",
                          kSettingsFields,
                          kByName};

constexpr Model kEvent{
    "authentik_events.event", "", "events", Key::integer, "pk", Feed::none, "", kEventFields, {}};

constexpr std::array<const Model*, 4> kModels{&kSession, &kBrand, &kSettings, &kEvent};

}  // namespace

std::span<const Model* const> models_of_web() noexcept { return kModels; }

}  // namespace postern::core
