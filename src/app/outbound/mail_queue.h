#pragma once
// MailQueue: core's Mailer over SMTP (libcurl). What is sent is kept in the Store's outbox first,
// so that a restart loses nothing, and delivered by a thread of its own (outbox_worker.h). What a
// server refuses for good (5xx) is given up at once. Thread-safe.

#include "app/config/config.h"
#include "app/outbound/outbox_worker.h"
#include "core/credentials/sealer.h"
#include "core/ports/mailer.h"
#include "core/ports/random.h"

namespace postern::app {

class MailQueue final : public core::Mailer {
 public:
  MailQueue(const EmailConfig& config, const OutboxWorker::Parts& parts, const core::Sealer& sealer,
            core::Random& random);

  bool send(core::Mail mail) override;
  bool configured() const noexcept { return !config_.host.empty(); }
  OutboxWorker& worker() noexcept { return worker_; }

 private:
  core::Delivery deliver(const core::OutboxItem& item, const std::atomic<bool>& cancelled,
                         std::string& what) const;
  core::Delivery hand_over(const core::Mail& mail, const std::atomic<bool>& cancelled) const;

  const EmailConfig config_;
  const OutboxWorker::Parts parts_;
  const core::Sealer& sealer_;
  core::Random& random_;
  OutboxWorker worker_;
};

}  // namespace postern::app
