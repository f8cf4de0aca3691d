#include "directory/sort_store.h"

#include <algorithm>
#include <limits>

namespace postern::directory {
namespace {

constexpr std::size_t kFirstItems = 64;
constexpr std::size_t kFirstOctets = 2048;

std::uint64_t head_of(std::string_view key) noexcept {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < sizeof head; ++i) {
    head = head << 8U | (i < key.size() ? static_cast<std::uint8_t>(key[i]) : 0U);
  }
  return head;
}

}  // namespace

bool MemoryBudget::take(std::size_t octets) noexcept {
  if (used_.fetch_add(octets, std::memory_order_relaxed) + octets <= most_) return true;
  give_back(octets);
  return false;
}

int compare_places(const SortStore::Place& a, const SortStore::Place& b) noexcept {
  if (const int order = a.key.compare(b.key); order != 0) return order;
  if (a.phase != b.phase) return a.phase < b.phase ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

bool SortStore::less(const Item& a, const Item& b) const noexcept {
  if (a.head != b.head) return a.head < b.head;
  return compare_places({key_of(a), a.phase, a.id}, {key_of(b), b.phase, b.id}) < 0;
}

bool SortStore::charge(std::size_t octets) {
  if (!budget_->take(octets)) return false;
  charged_ += octets;
  return true;
}

// Paid for before it is taken.
bool SortStore::make_room(std::size_t octets) {
  if (items_.size() == items_.capacity()) {
    const std::size_t wanted = std::max(kFirstItems, items_.capacity() * 2);
    if (!charge((wanted - items_.capacity()) * sizeof(Item))) return false;
    items_.reserve(wanted);
  }
  const std::size_t needed = keys_.size() + octets;
  if (needed > std::numeric_limits<std::uint32_t>::max()) return false;
  if (needed > keys_.capacity()) {
    const std::size_t wanted = std::max({kFirstOctets, keys_.capacity() * 2, needed});
    if (!charge(wanted - keys_.capacity())) return false;
    keys_.reserve(wanted);
  }
  return true;
}

bool SortStore::add(const Place& place) {
  const auto less_item = [this](const Item& a, const Item& b) { return less(a, b); };
  const auto greater_item = [this](const Item& a, const Item& b) { return less(b, a); };
  const bool full = bound_ != 0 && items_.size() == bound_;
  dropped_ = dropped_ || full;
  if (full) {  // the greatest is in front
    const Item& most = items_.front();
    if (compare_places(place, {key_of(most), most.phase, most.id}) >= 0) return true;
  }
  if (!make_room(place.key.size())) return false;
  if (full) {
    std::pop_heap(items_.begin(), items_.end(), less_item);
    live_ -= items_.back().size;
    items_.pop_back();
  }
  items_.push_back({.head = head_of(place.key),
                    .offset = static_cast<std::uint32_t>(keys_.size()),
                    .id = place.id,
                    .size = static_cast<std::uint16_t>(place.key.size()),
                    .phase = place.phase});
  keys_.append(place.key);
  live_ += place.key.size();
  if (bound_ != 0) {
    std::push_heap(items_.begin(), items_.end(), less_item);
    if (keys_.size() > 2 * live_ + kFirstOctets) drop_unused_keys();
  } else {
    std::push_heap(items_.begin(), items_.end(), greater_item);
  }
  return true;
}

void SortStore::drop_unused_keys() {
  std::string kept;
  kept.reserve(keys_.capacity());
  for (Item& item : items_) {
    const std::string_view key = key_of(item);
    item.offset = static_cast<std::uint32_t>(kept.size());
    kept.append(key);
  }
  keys_.swap(kept);
}

void SortStore::finish() {
  if (finished_) return;
  finished_ = true;
  if (bound_ == 0) return;
  std::make_heap(items_.begin(), items_.end(),
                 [this](const Item& a, const Item& b) { return less(b, a); });
}

void SortStore::rank_next() {
  const auto end = items_.end() - static_cast<std::ptrdiff_t>(ranked_);
  std::pop_heap(items_.begin(), end, [this](const Item& a, const Item& b) { return less(b, a); });
  ++ranked_;
}

SortStore::Place SortStore::at(std::size_t rank) const {
  const Item& item = items_[items_.size() - 1 - rank];
  return {key_of(item), item.phase, item.id};
}

}  // namespace postern::directory
