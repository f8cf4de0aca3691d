// authentik_core: users, groups, tokens, applications.
// Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByUsername{"username"};
constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 1> kBySlug{"slug"};
constexpr std::array<string_view, 1> kByIdentifier{"identifier"};
constexpr std::array<string_view, 4> kUserTypes{"internal", "external", "service_account",
                                                "internal_service_account"};
constexpr std::array<string_view, 5> kIntents{"verification", "api", "recovery", "app_password",
                                              "network_password"};
constexpr std::array<string_view, 3> kProtocols{"ldap", "radius", "http"};
constexpr std::array<string_view, 2> kEngineModes{"any", "all"};
constexpr Field kUserFieldsList[] = {
    {.name = "username", .flags = kRequired | kUnique},
    {.name = "name", .fallback = R"("")"},
    {.name = "email", .fallback = R"("")"},
    {.name = "is_active", .type = Type::boolean, .fallback = "true"},
    {.name = "type", .type = Type::choice, .fallback = R"("internal")", .choices = kUserTypes},
    {.name = "path", .fallback = R"("users")"},
    {.name = "uuid", .type = Type::uuid, .flags = kReadOnly | kUnique},
    {.name = "attributes", .type = Type::json, .fallback = "{}"},
    {.name = "date_joined", .type = Type::time, .flags = kReadOnly},
    {.name = "last_updated", .type = Type::time, .flags = kReadOnly | kSilent},
    {.name = "last_login", .type = Type::time, .flags = kReadOnly | kNullable | kSilent},
    {.name = "password_change_date", .type = Type::time, .flags = kReadOnly | kNullable},
    // The next login with the account's password may only change it.
    {.name = "password_must_change", .type = Type::boolean, .fallback = "false"},
    // Logins since the password expired; only the Store counts them.
    {.name = "password_grace_used",
     .type = Type::integer,
     .flags = kReadOnly | kSilent,
     .fallback = "0"},
    // What was logged in before this has to end: browsers, connections, stays in networks.
    {.name = "sessions_revoked", .type = Type::time, .flags = kReadOnly | kNullable},
    {.name = "not_before", .type = Type::time, .flags = kNullable},
    {.name = "not_after", .type = Type::time, .flags = kNullable},
    {.name = "uid_number", .type = Type::integer, .flags = kReadOnly | kUnique},
    {.name = "gid_number", .type = Type::integer, .flags = kReadOnly},
    {.name = "password_hash", .flags = kReadOnly | kSecret, .fallback = R"("")"},
    {.name = "generation", .type = Type::integer, .flags = kReadOnly, .fallback = "1"},
    {.name = "permissions", .type = Type::texts, .fallback = "[]"},
    {.name = "groups",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.group",
     .link = {"group_users", "user_pk", "group_pk"}},
    {.name = "password", .home = Home::virtual_},
};
constexpr Field kGroupFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "num_pk", .type = Type::integer, .flags = kReadOnly | kUnique},
    {.name = "is_superuser", .type = Type::boolean, .fallback = "false"},
    {.name = "attributes", .type = Type::json, .fallback = "{}"},
    {.name = "date_created", .type = Type::time, .flags = kReadOnly},
    {.name = "last_updated", .type = Type::time, .flags = kReadOnly | kSilent},
    {.name = "gid_number", .type = Type::integer, .flags = kReadOnly | kUnique},
    {.name = "parents",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.group",
     .link = {"group_parents", "child_pk", "parent_pk"}},
    {.name = "users",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.user",
     .link = {"group_users", "group_pk", "user_pk"}},
};
constexpr Field kTokenFields[] = {
    {.name = "identifier", .type = Type::slug, .flags = kRequired | kUnique},
    {.name = "intent", .type = Type::choice, .fallback = R"("api")", .choices = kIntents},
    {.name = "user", .type = Type::reference, .flags = kRequired, .target = "authentik_core.user"},
    {.name = "description", .fallback = R"("")"},
    {.name = "expiring", .type = Type::boolean, .fallback = "false"},
    {.name = "expires", .type = Type::time, .flags = kNullable},
    {.name = "key_id", .flags = kReadOnly | kNullable | kUnique},
    {.name = "verifier", .flags = kReadOnly | kSecret | kUnique},  // SHA-256 of the whole key, hex
    {.name = "sealed_key",
     // hex; API-made tokens and network passwords
     .flags = kReadOnly | kNullable | kSecret | kSilent},
    {.name = "last_used", .type = Type::time, .flags = kReadOnly | kNullable | kSilent},
    {.name = "created", .type = Type::time, .flags = kReadOnly},
    {.name = "managed", .flags = kNullable},
    // Of a mailed link: the flow that it goes on with, sealed, hex; "" = it begins one.
    {.name = "plan", .flags = kReadOnly | kSecret | kSilent, .fallback = R"("")"},
    // Where an app password may be used (core/credentials/token_scope.h); empty = everywhere. The
    // applications are kept when one of them is erased: a scope does not grow by that.
    {.name = "applications",
     .type = Type::references,
     .fallback = "[]",
     .target = "authentik_core.application"},
    {.name = "protocols", .type = Type::choices, .fallback = "[]", .choices = kProtocols},
    {.name = "networks", .type = Type::texts, .fallback = "[]"},
    // Expires when it was not used for so many days; 0 = does not.
    {.name = "idle_days", .type = Type::integer, .fallback = "0"},
    {.name = "key", .home = Home::virtual_},
};
constexpr Field kApplicationFields[] = {
    {.name = "slug", .type = Type::slug, .flags = kRequired | kUnique},
    {.name = "name", .flags = kRequired},
    {.name = "group", .fallback = R"("")"},
    {.name = "provider",
     .type = Type::reference,
     .flags = kNullable | kUnique,
     .target = "provider"},
    {.name = "backchannel_providers",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "provider",
     .link = {"application_backchannels", "application_pk", "provider_pk"}},
    {.name = "policy_engine_mode",
     .type = Type::choice,
     .fallback = R"("any")",
     .choices = kEngineModes},
    {.name = "open_in_new_tab", .type = Type::boolean, .home = Home::settings, .fallback = "false"},
    {.name = "meta_launch_url", .home = Home::settings, .fallback = R"("")"},
    {.name = "meta_icon", .home = Home::settings, .fallback = R"("")"},
    {.name = "meta_description", .home = Home::settings, .fallback = R"("")"},
    {.name = "meta_publisher", .home = Home::settings, .fallback = R"("")"},
};

constexpr Model kUser{
    "authentik_core.user", "",         "users", Key::integer, "pk", Feed::user, "pk",
    kUserFieldsList,       kByUsername};
constexpr Model kGroup{"authentik_core.group", "",     "groups", Key::uuid, "pk", Feed::group, "",
                       kGroupFields,           kByName};
constexpr Model kToken{
    "authentik_core.token", "",           "tokens", Key::uuid, "pk", Feed::owner, "user",
    kTokenFields,           kByIdentifier};
constexpr Model kApplication{
    "authentik_core.application", "",     "applications", Key::uuid, "pk", Feed::config, "",
    kApplicationFields,           kBySlug};

constexpr std::array<const Model*, 4> kModels{&kUser, &kGroup, &kToken, &kApplication};

}  // namespace

std::span<const Model* const> models_of_core() noexcept { return kModels; }

}  // namespace postern::core
