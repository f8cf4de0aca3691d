#pragma once
// LanePool: where blocking work runs, a bounded queue and a few threads per Lane.
//
// Turns go round-robin over Work::fairness_key. A full queue refuses; a newcomer whose key holds
// fewer places than the greediest key takes the newest place of that one instead, so that one busy
// source cannot shut out the others. Work that waited longer than max_wait is refused unrun,
// cancelled work is dropped. Every submit is answered exactly once, on the owner's loop: ran, or
// not (refused, expired, cancelled). The callback must hold no pointer into a connection: it may be
// gone by then.
//
// submit() is safe from any thread. stop() refuses nothing: it drops the queue, waits for what
// runs.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "protocols/session.h"

namespace postern::net {

class Loop;

inline constexpr std::size_t kLaneCount = 4;

struct LaneSize {
  unsigned threads = 2;
  std::size_t queue = 256;
  std::chrono::milliseconds max_wait{2000};
  bool background = false;  // below the loops: long computations must not delay their answers
};

struct LaneLoad {
  std::size_t queued = 0;
  std::size_t running = 0;
  std::uint64_t refused = 0;  // full or too old, since start
  std::uint64_t done = 0;
};

class LanePool {
 public:
  using Sizes = std::array<LaneSize, kLaneCount>;  // indexed by Lane
  using Answer = std::function<void(bool ran)>;

  explicit LanePool(const Sizes& sizes);
  ~LanePool();
  LanePool(const LanePool&) = delete;
  LanePool& operator=(const LanePool&) = delete;

  void start();

  // `owner` outlives the pool's threads.
  void submit(Lane lane, std::shared_ptr<Work> work, Loop& owner, Answer answer);

  LaneLoad load(Lane lane) const;

  void stop();

 private:
  class Queue;
  std::array<std::unique_ptr<Queue>, kLaneCount> queues_;
};

}  // namespace postern::net
