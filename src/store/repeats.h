#pragma once
// Repeats: logins and refusals that say the same within a minute - same action, door, user, name,
// address, service, method and reason - become one event at once and one more at the end that
// carries their number. A bound list: when it is full, events go through as they are.
//
// Thread: the caller's lock. Time: the events' own.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/ports/event_log.h"

namespace postern::store {

class Repeats {
 public:
  explicit Repeats(core::WallMs window) : window_(window) {}

  // True: it is counted, and is not to be written.
  bool takes(const core::Event& event);
  // What has come to its end by `now`: events with context.count, the number of repetitions.
  std::vector<core::Event> over(core::WallMs now);
  bool empty() const noexcept { return open_.empty(); }

 private:
  static constexpr std::size_t kMost = 10'000;
  struct Open {
    core::WallMs first = 0;
    std::int64_t count = 0;
    core::Event last;
  };

  const core::WallMs window_;  // 0 = nothing is held together
  std::map<std::string, Open> open_;
};

}  // namespace postern::store
