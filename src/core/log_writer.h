#pragma once
// LogWriter: bytes for stderr, gathered by any thread and written by one. Bounded; order is kept.
// Thread-safe.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace postern::log {

class LogWriter {
 public:
  ~LogWriter() { stop(); }

  void start();
  void stop();
  // `line` ends in a newline. `urgent` = write soon, not with the next batch.
  void add(std::string_view line, bool urgent);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;
  bool running_ = false, stopping_ = false, urgent_ = false;
  std::thread thread_;
};

}  // namespace postern::log
