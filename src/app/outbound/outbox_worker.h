#pragma once
// OutboxWorker: a thread that takes the items of one kind out of the Store's outbox and delivers
// them, one after the other, so that a slow mail server holds up no webhook. What failed for now is
// tried again after growing pauses, over most of a day; what is refused for good or has failed to
// the last is given up, with an event. What has expired is dropped, with a line in the log, and
// counted. Stopping ends what is under way within about a
// second, and leaves it to the next start.
//
// Thread-safe. start() once; what is queued before is delivered then.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "app/outbound/bell.h"
#include "core/notify/webhook.h"
#include "core/ports/clock.h"
#include "core/ports/event_log.h"
#include "core/ports/outbox.h"
#include "core/ports/store.h"

namespace postern::app {

class OutboxWorker {
 public:
  struct Parts {
    core::Outbox& outbox;
    core::EventLog& events;
    const core::Clock& clock;
  };
  // Blocks; gives up when the flag is set. `what` takes a name for the log and for events.
  using Deliver = std::function<core::Delivery(
      const core::OutboxItem&, const std::atomic<bool>& cancelled, std::string& what)>;

  OutboxWorker(const Parts& parts, std::string_view kind, Deliver deliver);
  ~OutboxWorker();
  OutboxWorker(const OutboxWorker&) = delete;
  OutboxWorker& operator=(const OutboxWorker&) = delete;

  void start();
  void wake() { bell_.ring(); }
  void stop();
  std::uint64_t expired() const noexcept { return expired_.load(std::memory_order_relaxed); }

 private:
  void work();
  std::chrono::milliseconds round();
  void settle(const core::OutboxItem& item);
  void give_up(const core::OutboxItem& item, const std::string& what, const core::Delivery& last);

  const Parts parts_;
  const std::string kind_;
  const Deliver deliver_;
  Bell bell_;
  std::atomic<std::uint64_t> expired_{0};
  std::thread thread_;
};

// From a failed try to the next; nothing: it was the last.
std::optional<std::chrono::milliseconds> pause_after(int tries) noexcept;

}  // namespace postern::app
