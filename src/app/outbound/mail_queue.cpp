#include "app/outbound/mail_queue.h"

#include <algorithm>
#include <cstring>

#include "app/outbound/curl.h"
#include "app/outbound/message.h"
#include "core/credentials/random_text.h"
#include "core/log.h"
#include "core/mail_address.h"
#include "core/notify/outgoing.h"

namespace postern::app {
namespace {

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

MailQueue::MailQueue(const EmailConfig& config, const OutboxWorker::Parts& parts,
                     const core::Sealer& sealer, core::Random& random)
    : config_(config),
      parts_(parts),
      sealer_(sealer),
      random_(random),
      worker_(parts, core::kMailItem,
              [this](const core::OutboxItem& item, const std::atomic<bool>& cancelled,
                     std::string& what) { return deliver(item, cancelled, what); }) {}

bool MailQueue::send(core::Mail mail) {
  if (!configured()) {
    log::warning("mail.not_configured", {{"subject", mail.subject}});
    return false;
  }
  if (!core::is_mail_address(mail.to)) return false;
  if (!mail.from.empty() && !core::is_mail_address(mail.from)) return false;
  const bool kept = parts_.outbox.put(core::mail_item(sealer_, mail, parts_.clock.wall()));
  if (kept) worker_.wake();
  return kept;
}

core::Delivery MailQueue::deliver(const core::OutboxItem& item, const std::atomic<bool>& cancelled,
                                  std::string& what) const {
  auto mail = core::mail_of(sealer_, item);
  if (!mail) return {core::Delivery::Kind::refused, "it cannot be unsealed", false};
  what = mail->subject;
  if (!configured()) return {core::Delivery::Kind::later, "no mail server is configured", false};
  if (mail->from.empty()) mail->from = config_.from;
  return hand_over(*mail, cancelled);
}

core::Delivery MailQueue::hand_over(const core::Mail& mail,
                                    const std::atomic<bool>& cancelled) const {
  const CurlHandle handle = open_curl(config_.ca ? config_.ca->string() : std::string());
  if (!handle) return {core::Delivery::Kind::later, "libcurl cannot begin", false};
  CURL* curl = handle.get();
  const std::string url = std::string(config_.use_ssl ? "smtps://" : "smtp://") + config_.host +
                          ":" + std::to_string(config_.port);
  const std::string from = "<" + mail.from + ">";
  const std::string password(config_.password.reveal());
  CurlLines to;
  to.add("<" + mail.to + ">");
  const std::string text =
      message_text(mail, std::string(core::random_text(random_, core::kBase62, 24).reveal()),
                   parts_.clock.wall());
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
  give_up_when(curl, &cancelled);
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) return {core::Delivery::Kind::done, {}, false};
  long answer = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
  const bool refused = answer >= 500 && answer < 600;
  return {refused ? core::Delivery::Kind::refused : core::Delivery::Kind::later,
          std::string(curl_easy_strerror(code)) + " (" + std::to_string(answer) + ")", false};
}

}  // namespace postern::app
