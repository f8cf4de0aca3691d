#pragma once
// ThrottleState: what is held against one (user, service), and its text in the Store:
// key "u:<user>:<service>", state "1 <streak> <level> <refused_until> <time> <time> ...".
// Fingerprints of wrong passwords stay in memory. Thread: values.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/time.h"

namespace postern::core {

inline constexpr int kMaxThrottleFailures = 16;

struct ThrottleState {
  struct Print {
    std::uint64_t hash = 0;
    WallMs when = 0;
  };
  std::array<WallMs, kMaxThrottleFailures> failures{};  // oldest first, `count` of them
  int count = 0;
  int streak = 0;  // failures since the last success: the exponent of the delay
  int level = 0;   // refusals so far
  WallMs refused_until = 0;
  WallMs last = 0;
  std::array<Print, 3> prints{};

  WallMs touched() const noexcept { return std::max(last, refused_until); }
  bool blank() const noexcept {
    return count == 0 && streak == 0 && level == 0 && refused_until == 0;
  }

  void add(WallMs when) noexcept {
    if (count == kMaxThrottleFailures) {
      std::move(failures.begin() + 1, failures.end(), failures.begin());
      --count;
    }
    failures[static_cast<std::size_t>(count++)] = when;
    last = when;
  }
  void forget_before(WallMs when) noexcept {
    const auto end = failures.begin() + count;
    const auto kept = std::find_if(failures.begin(), end, [when](WallMs t) { return t > when; });
    std::move(kept, end, failures.begin());
    count = static_cast<int>(end - kept);
  }
  // Whether the same wrong password came within `span`; else remembers it in place of the oldest.
  bool seen(std::uint64_t hash, WallMs now, std::int64_t span) noexcept {
    Print* oldest = &prints[0];
    for (Print& print : prints) {
      if (print.when != 0 && print.hash == hash && now - print.when < span) return true;
      if (print.when < oldest->when) oldest = &print;
    }
    *oldest = {hash, now};
    return false;
  }
};

std::uint64_t throttle_slot(UserId user, ProviderId service) noexcept;  // table slot, well mixed
std::string throttle_key(UserId user, ProviderId service);
bool parse_throttle_key(std::string_view text, UserId& user, ProviderId& service) noexcept;
std::string encode_throttle(const ThrottleState& state);
bool decode_throttle(std::string_view text, ThrottleState& state) noexcept;

}  // namespace postern::core
