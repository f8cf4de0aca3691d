#pragma once
// Bell: wakes one waiting thread; a ring while nobody waits is kept. stop() ends all waiting for
// good. Thread-safe.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace postern::app {

class Bell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    changed_.notify_all();
  }
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_.store(true, std::memory_order_relaxed);
    }
    changed_.notify_all();
  }
  // Until it rings or the time is over. False: stopped.
  bool wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [this] { return rung_ || stopped_.load(); });
    rung_ = false;
    return !stopped_.load();
  }
  bool stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }
  const std::atomic<bool>& flag() const noexcept { return stopped_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
  std::atomic<bool> stopped_{false};
};

}  // namespace postern::app
