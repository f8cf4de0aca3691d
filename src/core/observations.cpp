#include "core/observations.h"

#include <algorithm>

#include "core/log.h"
#include "core/login_effects.h"

namespace postern::core {
namespace {

constexpr WallMs kLogAgain = 60'000;

}  // namespace

void Observations::dropped(const Drop& drop) {
  const WallMs now = clock_.wall();
  const std::lock_guard lock(mutex_);
  ++counts_[drop.cause];
  auto found = std::ranges::find_if(kept_, [&drop](const Kept& one) {
    return one.seen.cause == drop.cause && one.seen.source == drop.source;
  });
  if (found == kept_.end()) {
    Kept fresh;
    fresh.seen.cause = drop.cause;
    fresh.seen.source = drop.source;
    fresh.seen.first = now;
    if (kept_.size() < kKept) {
      found = kept_.insert(kept_.end(), std::move(fresh));
    } else {
      found = std::ranges::min_element(
          kept_, [](const Kept& a, const Kept& b) { return a.seen.last < b.seen.last; });
      *found = std::move(fresh);
    }
  }
  found->seen.detail = printable(drop.detail, 64);
  found->seen.last = now;
  ++found->seen.count;
  ++found->unlogged;
  if (found->logged == 0 || now - found->logged >= kLogAgain) tell(*found, now);
}

void Observations::tell(Kept& kept, WallMs now) {
  if (now / 1000 != second_) {
    second_ = now / 1000;
    lines_ = 0;
  }
  if (++lines_ > kLinesPerSecond) return;
  log::warning("radius.dropped", {{"why", kept.seen.cause},
                                  {"client", kept.seen.source},
                                  {"nas", kept.seen.detail},
                                  {"packets", static_cast<std::int64_t>(kept.unlogged)}});
  kept.logged = now;
  kept.unlogged = 0;
}

std::vector<Observations::Seen> Observations::recent() const {
  const std::lock_guard lock(mutex_);
  std::vector<Seen> out;
  for (const Kept& one : kept_) out.push_back(one.seen);
  std::ranges::stable_sort(out, [](const Seen& a, const Seen& b) { return a.last > b.last; });
  return out;
}

std::vector<std::pair<std::string_view, std::uint64_t>> Observations::counts() const {
  const std::lock_guard lock(mutex_);
  return {counts_.begin(), counts_.end()};
}

}  // namespace postern::core
