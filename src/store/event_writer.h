#pragma once
// EventWriter: the EventLog of a node. record() and the touch_ calls only queue; one thread writes
// what has gathered every `interval` or as soon as `batch` events wait, in one commit. Logins and
// token uses are coalesced: only the latest time per user and token is written. The queue is
// bounded: when it is full the oldest event is dropped and counted, as is a batch that the Store
// refuses twice.
//
// The destructor, and stop(), write what is queued and join the thread.
// Thread: every method from any thread; none blocks on the Store but flush() and stop().

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/ports/event_log.h"
#include "core/ports/store.h"
#include "store/repeats.h"

namespace postern::store {

struct EventWriterOptions {
  std::chrono::milliseconds interval{200};
  std::size_t batch = 500;               // events of one commit
  std::size_t capacity = 20000;          // events and touches that may wait, each
  std::chrono::milliseconds repeats{0};  // window in which the same event is counted (repeats.h)
  std::function<void()> written = {};    // called when events were written; must not block
};

class EventWriter final : public core::EventLog {
 public:
  explicit EventWriter(core::Store& store, const EventWriterOptions& options = {});
  ~EventWriter() override;
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  void record(core::Event event) override;
  void touch_last_login(core::UserId user, core::WallMs when) override;
  void touch_token(const core::Uuid& token, core::WallMs when) override;

  void note_reputation(core::ReputationChange change) override;

  void flush();  // returns when everything queued before the call is written or lost
  void stop();   // flushes and ends the thread; later calls are counted as lost
  std::uint64_t lost() const;

 private:
  struct Batch {
    std::vector<core::Event> events;
    std::map<core::UserId, core::WallMs> logins;
    std::map<core::Uuid, core::WallMs> tokens;
    std::vector<core::ReputationChange> scores;
  };

  void run();
  Batch take_locked();
  bool anything_locked() const {
    return !events_.empty() || !logins_.empty() || !tokens_.empty() || !scores_.empty();
  }
  void queue_locked(core::Event event);
  void end_repeats_locked(core::WallMs now);
  void write(Batch batch);

  core::Store& store_;
  const EventWriterOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable work_, idle_;
  std::deque<core::Event> events_;
  std::map<core::UserId, core::WallMs> logins_;
  std::map<core::Uuid, core::WallMs> tokens_;
  std::map<std::pair<std::string, std::string>, std::int64_t> scores_;
  Repeats repeats_;
  std::uint64_t lost_ = 0;
  bool stopping_ = false, urgent_ = false, writing_ = false;
  std::thread thread_;
};

}  // namespace postern::store
