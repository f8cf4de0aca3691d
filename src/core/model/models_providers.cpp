// authentik_providers_*: what an application is reached through.
// Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 2> kAccessModes{"direct", "cached"};
constexpr Field kLdapProviderFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "authorization_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "invalidation_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "base_dn", .home = Home::settings, .fallback = R"("dc=ldap,dc=goauthentik,dc=io")"},
    {.name = "certificate",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_crypto.certificatekeypair"},
    {.name = "tls_server_name", .home = Home::settings, .fallback = R"("")"},
    {.name = "uid_start_number", .type = Type::integer, .home = Home::settings, .fallback = "2000"},
    {.name = "gid_start_number", .type = Type::integer, .home = Home::settings, .fallback = "4000"},
    {.name = "search_mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("direct")",
     .choices = kAccessModes},
    {.name = "bind_mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("direct")",
     .choices = kAccessModes},
    {.name = "mfa_support", .type = Type::boolean, .home = Home::settings, .fallback = "true"},
    {.name = "attributes", .type = Type::json, .home = Home::settings, .fallback = "{}"},
};

constexpr Model kLdapProvider{"authentik_providers_ldap.ldapprovider",
                              "provider",
                              "providers",
                              Key::integer,
                              "pk",
                              Feed::config,
                              "",
                              kLdapProviderFields,
                              kByName};

constexpr Field kRadiusProviderFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "authorization_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "invalidation_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "client_networks", .home = Home::settings, .fallback = R"("0.0.0.0/0, ::/0")"},
    {.name = "mfa_support", .type = Type::boolean, .home = Home::settings, .fallback = "true"},
    {.name = "certificate",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_crypto.certificatekeypair"},
    {.name = "attributes", .type = Type::json, .home = Home::settings, .fallback = "{}"},
    {.name = "sealed_secret",
     .home = Home::settings,
     .flags = kReadOnly | kSecret,
     .fallback = R"("")"},                              // hex
    {.name = "shared_secret", .home = Home::virtual_},  // generated when not given
    {.name = "property_mappings",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_providers_radius.radiusproviderpropertymapping",
     .link = {"provider_mappings", "provider_pk", "mapping_pk"}},
};
constexpr Model kRadiusProvider{"authentik_providers_radius.radiusprovider",
                                "provider",
                                "providers",
                                Key::integer,
                                "pk",
                                Feed::config,
                                "",
                                kRadiusProviderFields,
                                kByName};

constexpr std::array<const Model*, 2> kModels{&kLdapProvider, &kRadiusProvider};

}  // namespace

std::span<const Model* const> models_of_providers() noexcept { return kModels; }

}  // namespace postern::core
