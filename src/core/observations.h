#pragma once
// Observations: requests that were dropped without an answer, with the cause, for an administrator
// who sees a time-out and nothing else. Counted in all by cause, kept for the last kKept pairs of
// source and cause, and logged as "radius.dropped" - the first of a pair at once, then at most once
// a minute with the number of those since, and never more than kLinesPerSecond in all.
//
// Thread-safe; a drop costs a short lock. Bounded whatever arrives.

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/clock.h"

namespace postern::core {

struct Drop {
  std::string_view cause;  // a constant sentence
  std::string source;      // address of the sender
  std::string detail;      // what identifies the sender further (NAS-Identifier), may be empty
};

class Observations {
 public:
  static constexpr std::size_t kKept = 20;
  static constexpr int kLinesPerSecond = 5;

  struct Seen {
    std::string_view cause;
    std::string source;
    std::string detail;  // of the last one
    std::uint64_t count = 0;
    WallMs first = 0, last = 0;
  };

  explicit Observations(const Clock& clock) : clock_(clock) {}

  void dropped(const Drop& drop);

  std::vector<Seen> recent() const;                                        // newest first
  std::vector<std::pair<std::string_view, std::uint64_t>> counts() const;  // by cause

 private:
  struct Kept {
    Seen seen;
    WallMs logged = 0;
    std::uint64_t unlogged = 0;
  };

  void tell(Kept& kept, WallMs now);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Kept> kept_;
  std::map<std::string_view, std::uint64_t> counts_;
  WallMs second_ = 0;
  int lines_ = 0;
};

}  // namespace postern::core
