#include "store/event_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/log.h"

namespace postern::store {
namespace {

constexpr int kAttempts = 2;

// Keeps the latest time. false = the map is full and the key is new to it.
template <typename Key>
bool keep_latest(std::map<Key, core::WallMs>& times, const Key& key, core::WallMs when,
                 std::size_t capacity) {
  const auto known = times.find(key);
  if (known != times.end()) {
    known->second = std::max(known->second, when);
    return true;
  }
  if (times.size() >= capacity) return false;
  times.emplace(key, when);
  return true;
}

}  // namespace

EventWriter::EventWriter(core::Store& store, const EventWriterOptions& options)
    : store_(store), options_(options) {
  thread_ = std::thread([this] { run(); });
}

EventWriter::~EventWriter() { stop(); }

void EventWriter::record(core::Event event) {
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    ++lost_;
    return;
  }
  if (events_.size() >= options_.capacity) {
    events_.pop_front();
    ++lost_;
  }
  events_.push_back(std::move(event));
  if (events_.size() == 1 || events_.size() >= options_.batch) work_.notify_one();
}

void EventWriter::touch_last_login(core::UserId user, core::WallMs when) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || !keep_latest(logins_, user, when, options_.capacity)) ++lost_;
  work_.notify_one();
}

void EventWriter::touch_token(const core::Uuid& token, core::WallMs when) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || !keep_latest(tokens_, token, when, options_.capacity)) ++lost_;
  work_.notify_one();
}

void EventWriter::flush() {
  std::unique_lock lock(mutex_);
  urgent_ = true;
  work_.notify_one();
  idle_.wait(lock, [&] { return !anything_locked() && !writing_; });
}

void EventWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    work_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

std::uint64_t EventWriter::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

EventWriter::Batch EventWriter::take_locked() {
  Batch batch;
  const std::size_t count = std::min(events_.size(), options_.batch);
  const auto end = events_.begin() + static_cast<std::ptrdiff_t>(count);
  std::move(events_.begin(), end, std::back_inserter(batch.events));
  events_.erase(events_.begin(), end);
  batch.logins.swap(logins_);
  batch.tokens.swap(tokens_);
  return batch;
}

void EventWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return anything_locked() || stopping_; });
    // Once something waits, more of it is gathered for a moment.
    work_.wait_for(lock, options_.interval,
                   [&] { return stopping_ || urgent_ || events_.size() >= options_.batch; });
    if (!anything_locked()) break;  // stopping, and all is written
    Batch batch = take_locked();
    writing_ = true;
    lock.unlock();
    write(std::move(batch));
    lock.lock();
    writing_ = false;
    if (!anything_locked()) {
      urgent_ = false;
      idle_.notify_all();
    }
  }
}

void EventWriter::write(Batch batch) {
  const std::vector<std::pair<core::UserId, core::WallMs>> logins(batch.logins.begin(),
                                                                  batch.logins.end());
  const std::vector<std::pair<core::Uuid, core::WallMs>> tokens(batch.tokens.begin(),
                                                                batch.tokens.end());
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    try {
      store_.append_events(batch.events, logins, tokens);
      return;
    } catch (const core::StoreError& error) {
      if (attempt == kAttempts) {
        log::error("events.write.failed", {{"why", error.what()}});
      }
    }
  }
  const std::lock_guard lock(mutex_);
  lost_ += batch.events.size() + logins.size() + tokens.size();
}

}  // namespace postern::store
