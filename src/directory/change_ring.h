#pragma once
// ChangeRing: which entries changed lately, for those who watch (persistent search). The projector
// appends after each commit; watchers read on from where they were. Memory is bounded: a watcher
// that falls further behind than the ring reaches is told that changes are lost to it. While nobody
// watches nothing is kept.
//
// An entry that went or moved comes with its record of before, since the read model no longer has
// it. Thread: append() and restart() the projector's, the rest any.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "directory/layout.h"
#include "protocols/ldap/watch_controls.h"

namespace postern::directory {

struct Change {
  EntryId id = 0;
  LayoutNumber layout = 0;  // whose record it is
  ldap::ChangeType type = ldap::ChangeType::modify;
  std::string before;        // the record: of what went or has another name
  std::int64_t applied = 0;  // number of the feed with which it came
};

class ChangeRing {
 public:
  static constexpr std::size_t kMostChanges = 65'536;
  static constexpr std::size_t kMostOctets = std::size_t{8} << 20;  // of records of before

  // Places are counted from 1; a watcher begins behind the last one.
  std::uint64_t begin_watch();
  void end_watch() noexcept { watchers_.fetch_sub(1, std::memory_order_acq_rel); }
  std::uint64_t last() const noexcept { return last_.load(std::memory_order_acquire); }

  enum class Next : std::uint8_t { none, found, lost };
  // The change behind place `at`, copied.
  Next next(std::uint64_t at, Change& out) const;

  bool has_lost(std::uint64_t at) const noexcept {
    return at + 1 < first_.load(std::memory_order_acquire);
  }

  void append(std::vector<Change> changes, std::int64_t applied);
  void restart();  // everything may have changed: all that was not read is lost

 private:
  std::atomic<int> watchers_{0};
  std::atomic<std::uint64_t> last_{0};
  std::atomic<std::uint64_t> first_{1};  // place of the oldest that is kept, last_ + 1 = none
  mutable std::mutex mutex_;
  std::deque<Change> changes_;  // the last of them has place last_
  std::size_t octets_ = 0;
};

}  // namespace postern::directory
