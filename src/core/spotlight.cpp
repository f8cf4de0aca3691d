#include "core/spotlight.h"

#include <algorithm>

namespace postern::core {

Spotlight::Observer::Observer(Spotlight& light) : light_(light) { light_.observers_.fetch_add(1); }

Spotlight::Observer::~Observer() {
  const std::lock_guard lock(light_.mutex_);
  if (light_.observers_.fetch_sub(1) != 1) return;
  for (Counts& counts : light_.counts_) counts.clear();
}

void Spotlight::note(Kind kind, std::string_view name) {
  name = name.substr(0, kMostName);
  const std::lock_guard lock(mutex_);
  if (!on()) return;
  Counts& counts = counts_[static_cast<std::size_t>(kind)];
  if (const auto found = counts.find(name); found != counts.end()) {
    ++found->second;
    return;
  }
  std::uint64_t inherited = 0;
  if (counts.size() >= kKept) {
    const auto rarest = std::ranges::min_element(
        counts, [](const auto& a, const auto& b) { return a.second < b.second; });
    inherited = rarest->second;
    counts.erase(rarest);
  }
  counts.emplace(name, inherited + 1);
}

Spotlight::Ranking Spotlight::Observer::ranking(Kind kind, std::size_t most) const {
  Ranking out;
  {
    const std::lock_guard lock(light_.mutex_);
    const Counts& counts = light_.counts_[static_cast<std::size_t>(kind)];
    out.assign(counts.begin(), counts.end());
  }
  std::ranges::stable_sort(out, [](const auto& a, const auto& b) { return a.second > b.second; });
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace postern::core
