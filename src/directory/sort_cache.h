#pragma once
// SortCache: what a sorted search had in order and did not send, kept for the page that comes next.
// Without it every page of a series would look at every entry again. Only a help: a page whose rest
// is gone gathers anew, so cookies stay good on any node and after any restart. Places may be
// stale, which does no harm: entries are looked at again when they are sent.
//
// Bounded by number and age here, by octets in the MemoryBudget that the stores are charged to;
// when that is used up, evict() makes room for searches that run. Thread-safe.

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/tree.h"

namespace postern::directory {

class SortCache {
 public:
  static constexpr std::size_t kMostKept = 32;
  static constexpr std::chrono::seconds kKeptFor{60};

  // What page follows which: the series and the place where it ended.
  static std::string key_of(std::string_view series, const ldap::Position& after);

  void keep(std::string key, std::unique_ptr<ldap::SearchState> rest, Instant now);
  std::unique_ptr<ldap::SearchState> take(std::string_view key, Instant now);  // null = none
  bool evict();  // the oldest; false = there is none

 private:
  struct Kept {
    std::string key;
    std::unique_ptr<ldap::SearchState> rest;
    Instant since;
  };
  void drop_old(Instant now);

  std::mutex mutex_;
  std::vector<Kept> kept_;  // oldest first
};

}  // namespace postern::directory
