#include "core/flow/stages/sent_code.h"

#include <algorithm>

#include "core/access/stored_fields.h"
#include "core/credentials/digest.h"
#include "core/credentials/random_text.h"
#include "core/flow/stages/mail_text.h"
#include "core/flow/stages/sms.h"
#include "core/hex.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

constexpr std::string_view kSent = "sent_code";
constexpr std::size_t kDigits = 6;
constexpr WallMs kLifetime = 30 * 60'000;
constexpr auto kTooMany = "Too many codes were sent. Try again later.";

std::string hash_of(const StageContext& context, std::string_view place, std::string_view code) {
  const auto key = context.attempt.web->tools.objects.sealer.derive("sent code");
  return to_hex(
      hmac(DigestKind::sha256, as_text(key), std::string(place) + "\n" + std::string(code)));
}

bool deliver(const StageContext& context, const CodePlace& place, DeviceClass kind,
             const Secret& code, WallMs until) {
  const WebTools& tools = context.attempt.web->tools;
  if (kind == kSmsDevice) {
    return tools.http != nullptr &&
           send_sms(*tools.http, tools.objects.sealer, place.stage, place.address, code);
  }
  if (tools.mail == nullptr) return false;
  const Language language = reader_of(context.attempt.record, *context.attempt.web);
  Mail mail = code_mail(language, context.attempt.web->brand, code.reveal());
  mail.to = place.address;
  mail.from = text_of(place.stage, "from_address");
  mail.expires = until;
  if (const std::string subject = text_of(place.stage, "subject"); !subject.empty()) {
    mail.subject = translated(language, subject);
  }
  return tools.mail->send(std::move(mail));
}

}  // namespace

bool may_try(const StageContext& context, std::string_view what, std::string_view place,
             int per_window, WallMs window_ms, int per_day) {
  return context.attempt.web->tools.store.reserve_code_guess(
      std::string(what) + ":" + std::string(place), context.tools.clock.wall(), per_window,
      window_ms, per_day);
}

std::optional<std::string> send_code(const StageContext& context, const CodePlace& place,
                                     DeviceClass kind) {
  const std::string limit = std::to_string(context.plan.pending_user);
  if (!may_try(context, "send", limit)) return kTooMany;
  const Secret code = random_text(context.attempt.web->tools.objects.random, "0123456789", kDigits);
  const WallMs lifetime = parse_duration(text_of(place.stage, "token_expiry")).value_or(kLifetime);
  const WallMs until = context.tools.clock.wall() + (lifetime > 0 ? lifetime : kLifetime);
  if (!deliver(context, place, kind, code, until)) return "The code could not be sent.";
  context.plan.context[kSent] = Object{
      {"place", place.id}, {"hash", hash_of(context, place.id, code.reveal())}, {"until", until}};
  context.plan.keep = true;
  return std::nullopt;
}

bool is_sent_code(const StageContext& context, std::string_view place, std::string_view code) {
  const auto* kept = context.plan.context.if_contains(kSent);
  if (kept == nullptr || !kept->is_object() || code.empty()) return false;
  const Object& sent = kept->get_object();
  return text_of(sent, "place") == place &&
         context.tools.clock.wall() < integer_of(sent, "until", 0) &&
         constant_time_equal(text_of(sent, "hash"), hash_of(context, place, code));
}

void forget_sent_code(Plan& plan) { plan.context.erase(kSent); }

std::string sent_to(const Plan& plan) {
  const auto* kept = plan.context.if_contains(kSent);
  return kept == nullptr || !kept->is_object() ? std::string()
                                               : text_of(kept->get_object(), "place");
}

bool is_phone_number(std::string_view text) noexcept {
  if (!text.starts_with('+') || text.size() < 6 || text.size() > 16) return false;
  return std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace postern::core
