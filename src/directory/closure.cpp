#include "directory/closure.h"

#include <algorithm>

namespace postern::directory {

std::vector<EntryId> group_entries(const std::vector<core::GroupNumber>& numbers) {
  std::vector<EntryId> ids;
  for (const core::GroupNumber number : numbers) {
    if (const EntryId id = group_entry(number)) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace postern::directory
