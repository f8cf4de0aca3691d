#include "core/explanations.h"

#include <utility>

#include "core/ascii.h"

namespace postern::core {
namespace {

bool fits(std::string_view wanted, std::string_view value) {
  return wanted.empty() || ascii_lowered(wanted) == ascii_lowered(value);
}

}  // namespace

void Explanations::add(Explanation one) {
  const std::lock_guard lock(mutex_);
  kept_.push_front(std::move(one));
  if (kept_.size() > kKept) kept_.pop_back();
}

std::vector<Explanation> Explanations::find(const Filter& filter) const {
  std::vector<Explanation> out;
  const std::lock_guard lock(mutex_);
  for (const Explanation& one : kept_) {
    if (out.size() >= filter.limit) break;
    if (filter.refused_only && one.granted) continue;
    if (fits(filter.user, one.username) && fits(filter.service, one.service) &&
        fits(filter.client, one.client) && fits(filter.request, one.request_id)) {
      out.push_back(one);
    }
  }
  return out;
}

}  // namespace postern::core
