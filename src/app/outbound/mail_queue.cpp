#include "app/outbound/mail_queue.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "app/outbound/curl.h"
#include "app/outbound/message.h"
#include "core/credentials/random_text.h"
#include "core/log.h"
#include "core/mail_address.h"

namespace postern::app {
namespace {

constexpr std::size_t kMostWaiting = 1000;
constexpr std::array<std::chrono::seconds, 4> kPauses{
    std::chrono::seconds(5), std::chrono::seconds(30), std::chrono::seconds(120),
    std::chrono::seconds(600)};

struct Source {
  const std::string& text;
  std::size_t at = 0;
};

std::size_t give(char* out, std::size_t one, std::size_t count, void* context) {
  Source& source = *static_cast<Source*>(context);
  const std::size_t size = std::min(one * count, source.text.size() - source.at);
  if (size > 0) std::memcpy(out, source.text.data() + source.at, size);
  source.at += size;
  return size;
}

}  // namespace

MailQueue::MailQueue(const EmailConfig& config, core::Random& random, const core::Clock& clock)
    : config_(config), random_(random), clock_(clock) {
  if (!config_.host.empty()) thread_ = std::thread([this] { work(); });
}

MailQueue::~MailQueue() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (!waiting_.empty()) {
    log::warning("mail.lost", {{"count", static_cast<std::int64_t>(waiting_.size())}});
  }
}

bool MailQueue::send(core::Mail mail) {
  if (config_.host.empty()) {
    log::warning("mail.not_configured", {{"subject", mail.subject}});
    return false;
  }
  if (mail.from.empty()) mail.from = config_.from;
  if (!core::is_mail_address(mail.to) || !core::is_mail_address(mail.from)) return false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back({std::move(mail), 0, std::chrono::steady_clock::now()});
  }
  changed_.notify_all();
  return true;
}

MailQueue::Delivery MailQueue::deliver(const core::Mail& mail, std::string& why) const {
  const CurlHandle handle = open_curl(config_.ca ? config_.ca->string() : std::string());
  if (!handle) return Delivery::later;
  CURL* curl = handle.get();
  const std::string url = std::string(config_.use_ssl ? "smtps://" : "smtp://") + config_.host +
                          ":" + std::to_string(config_.port);
  const std::string from = "<" + mail.from + ">";
  const std::string password(config_.password.reveal());
  CurlLines to;
  to.add("<" + mail.to + ">");
  const std::string text = message_text(
      mail, std::string(core::random_text(random_, core::kBase62, 24).reveal()), clock_.wall());
  Source source{text};
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   config_.use_tls ? long{CURLUSESSL_ALL} : long{CURLUSESSL_NONE});
  if (!config_.username.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, config_.username.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &give);
  curl_easy_setopt(curl, CURLOPT_READDATA, &source);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(config_.timeout.count()));
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) return Delivery::done;
  long answer = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
  why = std::string(curl_easy_strerror(code)) + " (" + std::to_string(answer) + ")";
  return answer >= 500 && answer < 600 ? Delivery::refused : Delivery::later;
}

// Without the lock: delivers, and puts back what is to be tried again.
void MailQueue::settle(Waiting waiting) {
  std::string why;
  const Delivery delivery = deliver(waiting.mail, why);
  if (delivery == Delivery::done) {
    log::info("mail.sent", {{"subject", waiting.mail.subject}});
    return;
  }
  const bool again =
      delivery == Delivery::later && waiting.tries < static_cast<int>(kPauses.size());
  log::warning("mail.not_sent", {{"why", why},
                                 {"subject", waiting.mail.subject},
                                 {"tries", std::int64_t{waiting.tries} + 1},
                                 {"again", again ? "yes" : "no"}});
  if (!again) return;
  waiting.due = std::chrono::steady_clock::now() + kPauses[static_cast<std::size_t>(waiting.tries)];
  ++waiting.tries;
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(waiting));
}

void MailQueue::work() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto now = std::chrono::steady_clock::now();
    const auto next =
        std::min_element(waiting_.begin(), waiting_.end(),
                         [](const Waiting& a, const Waiting& b) { return a.due < b.due; });
    if (next == waiting_.end()) {
      changed_.wait(lock);
    } else if (next->due > now) {
      changed_.wait_until(lock, next->due);
    } else {
      Waiting one = std::move(*next);
      waiting_.erase(next);
      lock.unlock();
      settle(std::move(one));
      lock.lock();
    }
  }
}

}  // namespace postern::app
