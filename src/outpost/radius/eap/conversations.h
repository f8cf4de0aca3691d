#pragma once
// EapConversations: the EAP conversations that are under way, by the State that we gave them: 16
// random octets, good for the NAS and the provider that it was given to (3579-06, design.md 7).
//
// Bounded: kMost in all, kPerNas of one NAS, kPerStation of one Calling-Station-Id; the oldest of
// the full group makes room. One that says nothing for kIdle (kPersonIdle while a person is asked
// something) is forgotten. While a step runs elsewhere the entry is busy. One thread.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/access/network.h"
#include "core/ids.h"
#include "core/ports/random.h"
#include "outpost/radius/eap/conversation.h"

namespace postern::outpost {

class EapConversations {
 public:
  static constexpr std::size_t kMost = 4096;
  static constexpr std::size_t kPerNas = 2048;
  static constexpr std::size_t kPerStation = 4;
  static constexpr std::chrono::seconds kIdle{30};
  static constexpr std::chrono::seconds kPersonIdle{120};

  using State = std::array<std::uint8_t, 16>;
  struct Origin {
    core::AddressOctets nas{};
    core::ProviderId provider = 0;
    std::string station;  // Calling-Station-Id; "" = not said, not capped
  };
  struct Entry {
    std::shared_ptr<EapConversation> conversation;
    Origin origin;
    bool busy = false;
    std::uint64_t serial = 0;
    Instant due;
  };

  State add(std::shared_ptr<EapConversation> conversation, Origin origin, Instant now,
            core::Random& random);
  // nullptr: unknown, forgotten, or of another NAS or provider.
  Entry* find(std::string_view state, const Origin& origin);
  Entry* find(const State& state);
  void touch(const State& state, Instant now, bool asks_person);
  void erase(const State& state);
  void expire(Instant now);
  std::optional<Instant> next_due() const;
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct HashState {
    std::size_t operator()(const State& state) const noexcept;
  };
  using Entries = std::unordered_map<State, Entry, HashState>;
  using Stations = std::map<std::pair<core::AddressOctets, std::string>, std::size_t>;

  template <typename Belongs>
  void evict_oldest(Belongs&& belongs);
  void erase(Entries::iterator entry);
  void set_due(const State& state, Entry& entry, Instant due);

  Entries entries_;
  std::multimap<Instant, State> due_;
  std::map<core::AddressOctets, std::size_t> per_nas_;
  Stations per_station_;
  std::uint64_t next_ = 1;
};

}  // namespace postern::outpost
