#pragma once
// SearchRight: what somebody sees of a provider's tree, as decided at login or for anonymous
// clients, and refreshed while a grant holds. The directory carries it out; nothing else decides on
// visibility. Plain values; what they point to is immutable and shared with the Catalog.
// Source: reference rows L76, L77; authentik's permission search_full_directory.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/ids.h"

namespace postern::core {

enum class Sees : std::uint8_t {
  nothing,     // not even the base entry
  self,        // the containers, its own entry and virtual group
  own_groups,  // and the groups that it is in
  members,     // the users who may use the provider's application, and groups cut to these
  everything,
};

struct SearchRight {
  Sees sees = Sees::nothing;
  bool with_members = false;  // own_groups: and the users who are in the same groups
  // The only groups that there are for it, ascending; null = no such limit.
  std::shared_ptr<const std::vector<GroupNumber>> groups;
  // The only attributes that there are for it: names, OIDs, @classes; null = no such limit.
  std::shared_ptr<const std::vector<std::string>> attributes;

  static SearchRight of(Sees what) {
    return {.sees = what, .with_members = false, .groups = {}, .attributes = {}};
  }
};

}  // namespace postern::core
