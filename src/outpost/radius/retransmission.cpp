#include "outpost/radius/retransmission.h"

#include <algorithm>

namespace postern::outpost {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kFirst{2000}, kLongest{16'000}, kAll{30'000};  // IRT, MRT, MRD
constexpr int kMostSent = 5;                                          // MRC

milliseconds scattered(milliseconds time, Retransmission::Chance& chance) {
  std::uniform_int_distribution<std::int64_t> tenth(-time.count() / 10, time.count() / 10);
  return time + milliseconds(tenth(chance));
}

}  // namespace

Retransmission::Retransmission(Instant now, Chance& chance)
    : end_(now + kAll), wait_(scattered(kFirst, chance)) {
  due_ = now + wait_;
}

bool Retransmission::again(Instant now, Chance& chance) {
  if (now >= end_ || sent_ == kMostSent) return false;
  ++sent_;
  wait_ = std::min(wait_ + scattered(wait_, chance), scattered(kLongest, chance));
  // The last one leaves time for its answer.
  due_ = sent_ == kMostSent ? end_ : std::min(now + wait_, std::max(now, end_ - kFirst));
  return true;
}

}  // namespace postern::outpost
