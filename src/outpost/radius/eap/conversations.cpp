#include "outpost/radius/eap/conversations.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace postern::outpost {
namespace {

template <typename Counts, typename Key>
std::size_t count_of(const Counts& counts, const Key& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

template <typename Counts, typename Key>
void release(Counts& counts, const Key& key) {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace

// The octets are random.
std::size_t EapConversations::HashState::operator()(const State& state) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, state.data(), sizeof hash);
  return hash;
}

EapConversations::State EapConversations::add(std::shared_ptr<EapConversation> conversation,
                                              Origin origin, Instant now, core::Random& random) {
  const auto station = std::pair(origin.nas, origin.station);
  if (!origin.station.empty() && count_of(per_station_, station) >= kPerStation) {
    evict_oldest([&](const Entry& one) {
      return one.origin.nas == origin.nas && one.origin.station == origin.station;
    });
  }
  if (count_of(per_nas_, origin.nas) >= kPerNas) {
    evict_oldest([&](const Entry& one) { return one.origin.nas == origin.nas; });
  }
  if (entries_.size() >= kMost) {
    evict_oldest([](const Entry&) { return true; });
  }
  State state{};
  random.fill(state);
  ++per_nas_[origin.nas];
  if (!origin.station.empty()) ++per_station_[station];
  const Instant due = now + kIdle;
  due_.emplace(due, state);
  entries_.insert_or_assign(state,
                            Entry{std::move(conversation), std::move(origin), false, next_++, due});
  return state;
}

template <typename Belongs>
void EapConversations::evict_oldest(Belongs&& belongs) {
  auto oldest = entries_.end();
  for (auto one = entries_.begin(); one != entries_.end(); ++one) {
    if (!belongs(one->second)) continue;
    if (oldest == entries_.end() || one->second.serial < oldest->second.serial) oldest = one;
  }
  if (oldest != entries_.end()) erase(oldest);
}

EapConversations::Entry* EapConversations::find(std::string_view state, const Origin& origin) {
  State key{};
  if (state.size() != key.size()) return nullptr;
  std::copy(state.begin(), state.end(), key.begin());
  Entry* entry = find(key);
  const bool same = entry != nullptr && entry->origin.nas == origin.nas &&
                    entry->origin.provider == origin.provider;
  return same ? entry : nullptr;
}

EapConversations::Entry* EapConversations::find(const State& state) {
  const auto found = entries_.find(state);
  return found == entries_.end() ? nullptr : &found->second;
}

void EapConversations::set_due(const State& state, Entry& entry, Instant due) {
  const auto range = due_.equal_range(entry.due);
  for (auto one = range.first; one != range.second; ++one) {
    if (one->second != state) continue;
    due_.erase(one);
    break;
  }
  entry.due = due;
  due_.emplace(due, state);
}

void EapConversations::touch(const State& state, Instant now, bool asks_person) {
  if (Entry* entry = find(state)) {
    set_due(state, *entry, now + (asks_person ? kPersonIdle : kIdle));
  }
}

void EapConversations::erase(Entries::iterator entry) {
  const auto range = due_.equal_range(entry->second.due);
  for (auto one = range.first; one != range.second; ++one) {
    if (one->second != entry->first) continue;
    due_.erase(one);
    break;
  }
  const Origin& origin = entry->second.origin;
  release(per_nas_, origin.nas);
  if (!origin.station.empty()) release(per_station_, std::pair(origin.nas, origin.station));
  entries_.erase(entry);
}

void EapConversations::erase(const State& state) {
  const auto found = entries_.find(state);
  if (found != entries_.end()) erase(found);
}

void EapConversations::expire(Instant now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const State state = due_.begin()->second;
    erase(state);
  }
}

std::optional<Instant> EapConversations::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

}  // namespace postern::outpost
