#pragma once
// Retransmission: when a request over UDP is sent again, RFC 5080 2.2.1: first after about two
// seconds, then after twice as long, at most 16 s, each with a tenth of chance; five times and
// thirty seconds in all. Thread: a value.

#include <chrono>
#include <optional>
#include <random>

#include "protocols/session.h"

namespace postern::outpost {

class Retransmission {
 public:
  using Chance = std::minstd_rand;

  Retransmission(Instant now, Chance& chance);

  Instant due() const noexcept { return due_; }
  // After due(): the request is sent again, and due() is the next time; false = given up.
  bool again(Instant now, Chance& chance);

 private:
  Instant end_, due_;
  std::chrono::milliseconds wait_;
  int sent_ = 1;
};

}  // namespace postern::outpost
