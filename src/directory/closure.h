#pragma once
// Which groups an entry is in, directly and through other groups; graphs with cycles end.
//
// `group_at(id, visit)` tells about one group: visit(superuser, parents) or not at all, when it is
// not known (yet). Pure.

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "directory/compose.h"
#include "directory/entry_id.h"

namespace postern::directory {

template <typename GroupAt>
Closure close_over(std::vector<EntryId> direct, EntryId self, const GroupAt& group_at) {
  Closure closure;
  std::set<EntryId> seen;
  std::vector<EntryId> open = direct;
  while (!open.empty()) {
    const EntryId id = open.back();
    open.pop_back();
    if (id == self || !seen.insert(id).second) continue;
    group_at(id, [&](bool superuser, const std::vector<EntryId>& parents) {
      closure.superuser = closure.superuser || superuser;
      open.insert(open.end(), parents.begin(), parents.end());
    });
  }
  closure.direct = std::move(direct);
  closure.nested.assign(seen.begin(), seen.end());
  return closure;
}

// Entry ids of groups, ascending, each once.
std::vector<EntryId> group_entries(const std::vector<core::GroupNumber>& numbers);

}  // namespace postern::directory
