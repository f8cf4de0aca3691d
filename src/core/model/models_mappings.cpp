// Property mappings: expressions that say what goes out: attributes of an Access-Accept, the body
// and the header fields of a webhook. They share a table and a key space, as in authentik.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr Field kMappingFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "expression", .home = Home::settings, .flags = kRequired},
    {.name = "managed", .home = Home::settings, .flags = kNullable},
};
constexpr Model mapping(string_view name) {
  return {name,
          "propertymapping",
          "property_mappings",
          Key::uuid,
          "pk",
          Feed::config,
          "",
          kMappingFields,
          kByName};
}

constexpr Model kRadius = mapping("authentik_providers_radius.radiusproviderpropertymapping");
constexpr Model kWebhook = mapping("authentik_events.notificationwebhookmapping");

constexpr std::array<const Model*, 2> kModels{&kRadius, &kWebhook};

}  // namespace

std::span<const Model* const> models_of_mappings() noexcept { return kModels; }

}  // namespace postern::core
