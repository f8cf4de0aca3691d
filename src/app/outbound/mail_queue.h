#pragma once
// MailQueue: core's Mailer over SMTP (libcurl): a bounded queue and one thread that delivers. What
// a server refuses for good (5xx) is dropped and told to the log; all else is tried again, 4 times
// within some minutes. What waits at the end of the process is lost. Thread-safe.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "app/config/config.h"
#include "core/ports/clock.h"
#include "core/ports/mailer.h"
#include "core/ports/random.h"

namespace postern::app {

class MailQueue final : public core::Mailer {
 public:
  MailQueue(const EmailConfig& config, core::Random& random, const core::Clock& clock);
  ~MailQueue() override;

  bool send(core::Mail mail) override;

 private:
  struct Waiting {
    core::Mail mail;
    int tries = 0;
    std::chrono::steady_clock::time_point due;
  };
  enum class Delivery : std::uint8_t { done, refused, later };
  void work();
  Delivery deliver(const core::Mail& mail, std::string& why) const;
  void settle(Waiting waiting);

  const EmailConfig config_;
  core::Random& random_;
  const core::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace postern::app
