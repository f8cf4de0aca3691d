// authentik_outposts: front ends of authentik's that run elsewhere and ask this core. Ours need
// none.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 2> kTypes{"ldap", "radius"};
constexpr Field kOutpostFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "type",
     .type = Type::choice,
     .home = Home::settings,
     .flags = kRequired,
     .choices = kTypes},
    {.name = "config", .type = Type::json, .home = Home::settings, .fallback = "{}"},
    {.name = "managed", .home = Home::settings, .flags = kNullable},
    {.name = "providers",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "provider",
     .link = {"outpost_providers", "outpost_pk", "provider_pk"}},
};

constexpr Model kOutpost{"authentik_outposts.outpost",
                         "",
                         "outposts",
                         Key::uuid,
                         "pk",
                         Feed::none,
                         "",
                         kOutpostFields,
                         kByName};
constexpr std::array<const Model*, 1> kModels{&kOutpost};

}  // namespace

std::span<const Model* const> models_of_outposts() noexcept { return kModels; }

}  // namespace postern::core
