#include "directory/change_ring.h"

#include <utility>

namespace postern::directory {

std::uint64_t ChangeRing::begin_watch() {
  const std::lock_guard lock(mutex_);
  watchers_.fetch_add(1, std::memory_order_acq_rel);
  return last();
}

ChangeRing::Next ChangeRing::next(std::uint64_t at, Change& out) const {
  if (at == last()) return Next::none;
  const std::lock_guard lock(mutex_);
  const std::uint64_t newest = last();
  if (at == newest) return Next::none;
  const std::uint64_t behind = newest - at;
  if (behind > changes_.size()) return Next::lost;
  out = changes_[changes_.size() - static_cast<std::size_t>(behind)];
  return Next::found;
}

void ChangeRing::append(std::vector<Change> changes, std::int64_t applied) {
  const std::lock_guard lock(mutex_);
  const bool watched = watchers_.load(std::memory_order_acquire) != 0;
  if (watched) {
    for (Change& change : changes) {
      change.applied = applied;
      octets_ += change.before.size();
      changes_.push_back(std::move(change));
    }
    last_.fetch_add(changes.size(), std::memory_order_acq_rel);
    while (changes_.size() > kMostChanges || octets_ > kMostOctets) {
      octets_ -= changes_.front().before.size();
      changes_.pop_front();
    }
  } else {
    changes_.clear();
    octets_ = 0;
  }
  first_.store(last() + 1 - changes_.size(), std::memory_order_release);
}

// One place is passed over, so that everybody who watches notices.
void ChangeRing::restart() {
  const std::lock_guard lock(mutex_);
  changes_.clear();
  octets_ = 0;
  last_.fetch_add(1, std::memory_order_acq_rel);
  first_.store(last() + 1, std::memory_order_release);
}

}  // namespace postern::directory
