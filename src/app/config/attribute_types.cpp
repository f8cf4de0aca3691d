#include "app/config/attribute_types.h"

#include <array>

namespace postern::app {
namespace {

using directory::CustomType;

constexpr std::array<std::string_view, 6> kKinds{"string", "integer",   "boolean",
                                                 "binary", "timestamp", "dn"};
constexpr std::array<std::string_view, 3> kOwners{"both", "users", "groups"};

CustomType read_type(const YamlMember& member, ConfigContext& context) {
  CustomType type;
  type.name = member.key;
  MapReader map(member.value, "attributes." + member.key, context);
  if (const auto kind = map.choice("type", kKinds)) type.kind = *ldap::custom_kind(kKinds[*kind]);
  map.flag("multi", type.multi_valued);
  if (const auto owner = map.choice("of", kOwners)) {
    type.of_users = *owner != 2;
    type.of_groups = *owner != 1;
  }
  map.finish();
  return type;
}

}  // namespace

void read_attribute_types(const YamlNode& node, std::vector<CustomType>& out,
                          ConfigContext& context) {
  if (node.is_null()) return;
  if (!node.is_map()) {
    context.error(node.mark, "`attributes` has to be a map of attribute names");
    return;
  }
  std::vector<ldap::CustomAttribute> names;
  for (const YamlMember& member : node.members) {
    names.push_back({member.key, ldap::CustomKind::string, true});
    // One by one, so that the error has its line; the names before it are fine.
    const auto fits = ldap::SchemaExtension::make(names);
    if (!fits.ok()) {
      context.error(member.mark, "`attributes` holds " + in_quotes(member.key) + ": " +
                                     std::string(fits.error().what));
      names.pop_back();
      continue;
    }
    out.push_back(read_type(member, context));
  }
  if (out.size() > directory::kMaxCustomTypes) {
    context.error(node.mark, "`attributes` holds more than " +
                                 std::to_string(directory::kMaxCustomTypes) + " types");
  }
}

}  // namespace postern::app
