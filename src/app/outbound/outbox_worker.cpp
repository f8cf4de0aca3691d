#include "app/outbound/outbox_worker.h"

#include <algorithm>
#include <array>
#include <exception>

#include "core/log.h"
#include "core/notify/dispatcher.h"

namespace postern::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<seconds, 9> kPauses{seconds(5),   seconds(30),  minutes(2),
                                         minutes(10),  minutes(30),  minutes(60),
                                         minutes(120), minutes(240), minutes(480)};
// Longer than any delivery takes: nobody else has an item that is under way.
constexpr std::chrono::milliseconds kClaim = minutes(5);
constexpr std::chrono::milliseconds kLook = seconds(30);  // for what other nodes have left

}  // namespace

std::optional<std::chrono::milliseconds> pause_after(int tries) noexcept {
  const auto index = static_cast<std::size_t>(std::max(tries, 1) - 1);
  if (index >= kPauses.size()) return std::nullopt;
  return kPauses[index];
}

OutboxWorker::OutboxWorker(const Parts& parts, std::string_view kind, Deliver deliver)
    : parts_(parts), kind_(kind), deliver_(std::move(deliver)) {}

OutboxWorker::~OutboxWorker() { stop(); }

void OutboxWorker::start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
}

void OutboxWorker::stop() {
  bell_.stop();
  if (thread_.joinable()) thread_.join();
}

void OutboxWorker::work() {
  std::chrono::milliseconds pause{0};
  while (bell_.wait(pause)) {
    try {
      pause = round();
    } catch (const std::exception& error) {  // the thread goes on, whatever one item held
      log::error("outbox.store.failed", {{"kind", kind_}, {"why", error.what()}});
      pause = kLook;
    }
  }
}

// Delivers what is due; gives how long there is nothing to do.
std::chrono::milliseconds OutboxWorker::round() {
  core::Outbox& outbox = parts_.outbox;
  while (!bell_.stopped()) {
    const core::WallMs now = parts_.clock.wall();
    const auto items = outbox.claim(kind_, now, now + kClaim.count(), 1);
    if (items.empty()) break;
    settle(items.front());
  }
  const auto due = outbox.next_due(kind_);
  if (!due) return kLook;
  const core::WallMs wait = *due - parts_.clock.wall();
  return std::clamp(std::chrono::milliseconds(wait), std::chrono::milliseconds(1), kLook);
}

void OutboxWorker::settle(const core::OutboxItem& item) {
  core::Outbox& outbox = parts_.outbox;
  const core::WallMs now = parts_.clock.wall();
  if (item.expires != 0 && now >= item.expires) {
    outbox.remove(item.pk);
    expired_.fetch_add(1, std::memory_order_relaxed);
    return log::warning(kind_ + ".expired", {{"waited_ms", now - item.created},
                                             {"tries", std::int64_t{item.tries} - 1}});
  }
  std::string what;
  const core::Delivery delivery = deliver_(item, bell_.flag(), what);
  if (delivery.kind == core::Delivery::Kind::done) {
    outbox.remove(item.pk);
    log::info(kind_ + ".sent", {{"what", what}});
    return;
  }
  if (delivery.kind == core::Delivery::Kind::later && bell_.stopped()) {
    return outbox.put_off(item.pk, now, item.tries - 1);  // cut short by us
  }
  const auto pause =
      delivery.kind == core::Delivery::Kind::later ? pause_after(item.tries) : std::nullopt;
  log::warning(kind_ + ".not_sent", {{"why", delivery.why},
                                     {"what", what},
                                     {"tries", std::int64_t{item.tries}},
                                     {"again", pause ? "yes" : "no"}});
  if (pause) return outbox.put_off(item.pk, parts_.clock.wall() + pause->count(), item.tries);
  outbox.remove(item.pk);
  give_up(item, what, delivery);
}

void OutboxWorker::give_up(const core::OutboxItem& item, const std::string& what,
                           const core::Delivery& last) {
  core::Event event;
  event.action = last.mapping_failed ? "property_mapping_exception" : "system_task_exception";
  event.app = core::kDeliveryEvents;
  event.created = parts_.clock.wall();
  event.context = {{"message", "not delivered: " + last.why},
                   {"name", what},
                   {"kind", kind_},
                   {"tries", item.tries}};
  parts_.events.record(std::move(event));
}

}  // namespace postern::app
