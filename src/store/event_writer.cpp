#include "store/event_writer.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "core/log.h"

namespace postern::store {
namespace {

constexpr int kAttempts = 2;
constexpr std::chrono::seconds kRepeatsLook{1};

core::WallMs wall_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

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
    : store_(store), options_(options), repeats_(options.repeats.count()) {
  thread_ = std::thread([this] { run(); });
}

EventWriter::~EventWriter() { stop(); }

void EventWriter::record(core::Event event) {
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    ++lost_;
    return;
  }
  if (repeats_.takes(event)) {
    work_.notify_one();
    return;
  }
  queue_locked(std::move(event));
  if (events_.size() == 1 || events_.size() >= options_.batch) work_.notify_one();
}

void EventWriter::queue_locked(core::Event event) {
  if (events_.size() >= options_.capacity) {
    events_.pop_front();
    ++lost_;
  }
  events_.push_back(std::move(event));
}

void EventWriter::end_repeats_locked(core::WallMs now) {
  for (core::Event& event : repeats_.over(now)) queue_locked(std::move(event));
}

void EventWriter::note_reputation(core::ReputationChange change) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  auto key = std::pair(std::move(change.identifier), std::move(change.ip));
  const auto known = scores_.find(key);
  if (known == scores_.end() && scores_.size() >= options_.capacity) return;
  scores_[std::move(key)] += change.delta;
  work_.notify_one();
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
  for (const auto& [key, delta] : scores_) batch.scores.push_back({key.first, key.second, delta});
  scores_.clear();
  return batch;
}

void EventWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto ready = [&] { return anything_locked() || stopping_; };
    if (repeats_.empty()) {
      work_.wait(lock, [&] { return ready() || !repeats_.empty(); });
    } else {
      work_.wait_for(lock, kRepeatsLook, ready);
    }
    end_repeats_locked(stopping_ ? std::numeric_limits<core::WallMs>::max() : wall_now());
    if (!ready()) continue;
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
      if (!batch.scores.empty()) store_.add_reputation(batch.scores);
      batch.scores.clear();
      store_.append_events(batch.events, logins, tokens);
      if (!batch.events.empty() && options_.written) options_.written();
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
