#pragma once
// Notifier: applies the rules on events whenever the event writer has written some, and delivers to
// webhooks; each on a thread of its own. Thread-safe. start() once.

#include <thread>

#include "app/outbound/outbox_worker.h"
#include "core/notify/dispatcher.h"
#include "core/ports/outbound_client.h"

namespace postern::app {

class Notifier {
 public:
  // `written` rings when there are new events; it outlives this, as the mail's worker does.
  Notifier(const core::NotificationDispatcher::Parts& rules, const OutboxWorker::Parts& parts,
           core::OutboundClient& http, const core::GeoIp* geo, Bell& written, OutboxWorker& mail);
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void start();
  void stop();

 private:
  void work();
  core::Delivery deliver(const core::OutboxItem& item, const std::atomic<bool>& cancelled,
                         std::string& what) const;

  const core::NotificationDispatcher::Parts rules_;
  core::NotificationDispatcher dispatcher_;
  core::OutboundClient& http_;
  const core::GeoIp* geo_;
  Bell& written_;
  OutboxWorker& mail_;
  OutboxWorker webhooks_;
  std::thread thread_;
};

}  // namespace postern::app
