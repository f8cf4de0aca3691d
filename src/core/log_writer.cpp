#include "core/log_writer.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace postern::log {
namespace {

constexpr std::size_t kMostWaiting = std::size_t{4} << 20U;
constexpr std::size_t kBatch = std::size_t{64} << 10U;
constexpr std::chrono::milliseconds kInterval{100};

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(STDERR_FILENO, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;  // nobody reads the log; the server goes on
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

void LogWriter::start() {
  const std::lock_guard lock(mutex_);
  if (running_) return;
  running_ = true;
  stopping_ = false;
  // Signals belong to the main thread.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void LogWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (!running_) return;
    stopping_ = true;
    wake_.notify_one();
  }
  thread_.join();
  const std::lock_guard lock(mutex_);
  running_ = false;
}

void LogWriter::add(std::string_view line, bool urgent) {
  const std::lock_guard lock(mutex_);
  if (!running_) return write_all(line);
  if (waiting_.size() + line.size() > kMostWaiting) {
    ++dropped_;
    return;
  }
  const bool wake =
      (urgent && !urgent_) || (waiting_.size() < kBatch && waiting_.size() + line.size() >= kBatch);
  urgent_ = urgent_ || urgent;
  waiting_.append(line);
  if (wake) wake_.notify_one();
}

void LogWriter::run() {
  std::string batch;
  std::unique_lock lock(mutex_);
  while (!stopping_ || !waiting_.empty()) {
    if (!stopping_) {
      wake_.wait_for(lock, kInterval,
                     [this] { return stopping_ || urgent_ || waiting_.size() >= kBatch; });
    }
    batch.swap(waiting_);
    urgent_ = false;
    if (dropped_ != 0) {
      batch += "log.dropped count=" + std::to_string(dropped_) + "\n";
      dropped_ = 0;
    }
    lock.unlock();
    write_all(batch);
    batch.clear();
    lock.lock();
  }
}

}  // namespace postern::log
