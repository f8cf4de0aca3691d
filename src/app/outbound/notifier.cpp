#include "app/outbound/notifier.h"

#include <exception>

#include "core/access/stored_fields.h"
#include "core/log.h"

namespace postern::app {
namespace {

// Events of other nodes, and those that a Store which was away has kept back.
constexpr std::chrono::seconds kLook{30};
constexpr std::chrono::seconds kDeadline{10};

}  // namespace

Notifier::Notifier(const core::NotificationDispatcher::Parts& rules,
                   const OutboxWorker::Parts& parts, core::OutboundClient& http,
                   const core::GeoIp* geo, Bell& written, OutboxWorker& mail)
    : rules_(rules),
      dispatcher_(rules),
      http_(http),
      geo_(geo),
      written_(written),
      mail_(mail),
      webhooks_(parts, core::kNoticeItem,
                [this](const core::OutboxItem& item, const std::atomic<bool>& cancelled,
                       std::string& what) { return deliver(item, cancelled, what); }) {}

Notifier::~Notifier() { stop(); }

void Notifier::start() {
  webhooks_.start();
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
}

void Notifier::stop() {
  written_.stop();
  if (thread_.joinable()) thread_.join();
  webhooks_.stop();
}

void Notifier::work() {
  std::chrono::milliseconds pause{0};
  while (written_.wait(pause)) {
    pause = kLook;
    try {
      while (!written_.stopped() && dispatcher_.turn()) {
      }
      mail_.wake();
      webhooks_.wake();
    } catch (const std::exception& error) {  // the thread goes on, whatever one item held
      log::error("notify.store.failed", {{"why", error.what()}});
    }
  }
}

core::Delivery Notifier::deliver(const core::OutboxItem& item, const std::atomic<bool>& cancelled,
                                 std::string& what) const {
  const auto waiting = core::notice_of(rules_.sealer, item);
  if (!waiting) return {core::Delivery::Kind::refused, "it cannot be unsealed", false};
  const auto transport = core::find_transport(rules_.store, waiting->transport);
  // Whoever took the transport away wants nothing sent.
  if (!transport) return {core::Delivery::Kind::done, {}, false};
  what = core::text_of(*transport, "name");
  return core::send_webhook(
      *transport, waiting->notice,
      {{rules_.store, rules_.directory, geo_}, rules_.sealer, http_, &cancelled, kDeadline});
}

}  // namespace postern::app
