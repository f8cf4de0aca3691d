#include "directory/sort_cache.h"

#include <algorithm>

namespace postern::directory {

std::string SortCache::key_of(std::string_view series, const ldap::Position& after) {
  std::string key(series);
  key.push_back(static_cast<char>(after.phase));
  for (unsigned shift = 0; shift < 32; shift += 8) {
    key.push_back(static_cast<char>(after.id >> shift & 0xffU));
  }
  return key.append(after.key);
}

void SortCache::keep(std::string key, std::unique_ptr<ldap::SearchState> rest, Instant now) {
  const std::lock_guard lock(mutex_);
  drop_old(now);
  std::erase_if(kept_, [&key](const Kept& one) { return one.key == key; });
  if (kept_.size() >= kMostKept) kept_.erase(kept_.begin());
  kept_.push_back({std::move(key), std::move(rest), now});
}

std::unique_ptr<ldap::SearchState> SortCache::take(std::string_view key, Instant now) {
  const std::lock_guard lock(mutex_);
  drop_old(now);
  const auto found =
      std::find_if(kept_.begin(), kept_.end(), [key](const Kept& one) { return one.key == key; });
  if (found == kept_.end()) return nullptr;
  auto rest = std::move(found->rest);
  kept_.erase(found);
  return rest;
}

bool SortCache::evict() {
  const std::lock_guard lock(mutex_);
  if (kept_.empty()) return false;
  kept_.erase(kept_.begin());
  return true;
}

void SortCache::drop_old(Instant now) {
  std::erase_if(kept_, [now](const Kept& one) { return now - one.since >= kKeptFor; });
}

}  // namespace postern::directory
