#pragma once
// SortStore: the ids and sort keys of one sorted search, and nothing else of its entries. Items are
// added in any order and then read by rank. It is a heap at all times: adding costs the logarithm
// of what is there at most, reading the next rank as well, so no step takes a turn of the loop
// long. With a bound only that many of the least are kept.
//
// Memory is taken from a budget that all searches of the node share; when it is used up, add() says
// so. Keys are octets in the order of memcmp (sort_key.h). Thread: one at a time.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "directory/entry_id.h"

namespace postern::directory {

class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t most) noexcept : most_(most) {}
  bool take(std::size_t octets) noexcept;
  void give_back(std::size_t octets) noexcept {
    used_.fetch_sub(octets, std::memory_order_relaxed);
  }
  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> used_{0};
};

class SortStore {
 public:
  struct Place {
    std::string_view key;  // valid until the next add()
    std::uint8_t phase = 0;
    EntryId id = 0;
  };

  explicit SortStore(std::shared_ptr<MemoryBudget> budget) noexcept : budget_(std::move(budget)) {}
  ~SortStore() { budget_->give_back(charged_); }
  SortStore(const SortStore&) = delete;
  SortStore& operator=(const SortStore&) = delete;

  // Before the first add(). 0 = all are kept.
  void keep_least(std::size_t count) noexcept { bound_ = count; }
  // false = the budget is used up, and nothing was added.
  bool add(const Place& place);
  // No more are added; reading begins.
  void finish();

  std::size_t size() const noexcept { return items_.size(); }
  bool dropped_some() const noexcept { return dropped_; }  // for the bound's sake
  std::size_t ranked() const noexcept { return ranked_; }  // ranks that can be read
  void rank_next();                                        // REQUIRES: ranked() < size()
  Place at(std::size_t rank) const;                        // REQUIRES: rank < ranked()

 private:
  struct Item {
    std::uint64_t head = 0;  // the first octets of the key: mostly they decide
    std::uint32_t offset = 0;
    EntryId id = 0;
    std::uint16_t size = 0;
    std::uint8_t phase = 0;
  };

  std::string_view key_of(const Item& item) const noexcept {
    return {keys_.data() + item.offset, item.size};
  }
  bool less(const Item& a, const Item& b) const noexcept;
  bool make_room(std::size_t octets);
  bool charge(std::size_t octets);
  void drop_unused_keys();

  std::shared_ptr<MemoryBudget> budget_;
  std::size_t charged_ = 0;
  std::size_t bound_ = 0;
  std::size_t live_ = 0;  // octets of keys_ that items use
  std::vector<Item> items_;
  std::string keys_;
  std::size_t ranked_ = 0;  // the last so many items, backwards, are in order
  bool finished_ = false;
  bool dropped_ = false;
};

int compare_places(const SortStore::Place& a, const SortStore::Place& b) noexcept;

}  // namespace postern::directory
