#pragma once
// Loop: one thread that waits for sockets, timers and posted functions, and runs what became ready.
//
// A connection lives and dies on one loop, so nothing that it touches needs a lock. The loop lends
// its connections one input and one output buffer. All signals are blocked on the loop's thread,
// SIGPIPE among them: a write to a lost peer is an error code, not a signal.
//
// start(), stop() and the destructor belong to one owning thread; post() may be called from any.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "net/stats.h"

namespace postern::net {

struct Environment;
struct Reactor;

class Loop {
 public:
  // `environment` outlives the loop.
  Loop(std::size_t index, const Environment& environment);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start();

  // Runs `function` on the loop. After stop() it is dropped without being called.
  void post(std::function<void()> function);

  // Tells every session to say goodbye; from then on new connections are closed.
  void shutdown();
  // After shutdown(): waits until the last connection is gone. False: some are still open at
  // `until`.
  bool wait_empty(std::chrono::steady_clock::time_point until);

  // Closes what is left and joins the thread.
  void stop();

  std::size_t index() const noexcept;
  const Stats& stats() const noexcept;

  // The index of the loop whose thread is running, for state that is kept per loop.
  // REQUIRES: called on a loop's thread
  static std::size_t current() noexcept;

  Reactor& reactor() noexcept { return *reactor_; }  // for the room's own files

 private:
  std::unique_ptr<Reactor> reactor_;
};

}  // namespace postern::net
