#include "core/login_effects.h"

#include <utf8proc.h>

#include <utility>

namespace postern::core {
namespace {

const char* front_name(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::ldap:
      return "postern.outpost.ldap";
    case Protocol::radius:
      return "postern.outpost.radius";
    case Protocol::http:
      break;
  }
  return "postern.http";
}

void append_octets(std::string& out, std::string_view octets) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    out += "\\x";
    out.push_back(kHex[octet >> 4]);
    out.push_back(kHex[octet & 15]);
  }
}

boost::json::string json_text(std::string_view text) {
  return boost::json::string(text.data(), text.size());
}

Event make_event(const char* action, const LoginRequest& request, UserId user, WallMs now) {
  Event event;
  event.action = action;
  event.app = front_name(request.protocol);
  event.user = user;
  event.username = printable(shown_name(request));
  event.client_ip = printable(request.client, 64);
  event.created = now;
  event.context["service"] = request.provider;
  event.context["request_id"] = json_text(printable(request.request_id, 64));
  return event;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (std::size_t count = 0; !text.empty() && count < limit; ++count) {
    utf8proc_int32_t point = -1;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
    const std::size_t taken = size > 0 ? static_cast<std::size_t>(size) : 1;
    const bool plain = size > 0 && point >= 0x20 && point != 0x7f &&
                       !(point >= 0x80 && point < 0xa0) && point != 0x2028 && point != 0x2029;
    if (plain) {
      out.append(text.substr(0, taken));
    } else {
      append_octets(out, text.substr(0, taken));
    }
    text.remove_prefix(taken);
  }
  return out;
}

bool LoginEffects::due(std::string_view text, std::int64_t a, std::int64_t b) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3u; };
  for (const char c : text) mix(static_cast<unsigned char>(c));
  mix(static_cast<std::uint64_t>(a));
  mix(static_cast<std::uint64_t>(b));
  hash ^= hash >> 29;

  const auto now = static_cast<std::uint64_t>(clock_.wall()) & 0xffffffffu;  // wraps in 49 days
  std::atomic<std::uint64_t>& slot = noted_[hash % noted_.size()];
  std::uint64_t seen = slot.load(std::memory_order_relaxed);
  const std::uint64_t key = hash >> 32;
  const std::uint64_t age = (now - (seen & 0xffffffffu)) & 0xffffffffu;
  if (seen != 0 && seen >> 32 == key && age < static_cast<std::uint64_t>(interval_.count()))
    return false;
  return slot.compare_exchange_strong(seen, key << 32 | now, std::memory_order_relaxed);
}

void LoginEffects::granted(const LoginRequest& request, const Attempt& attempt, const Plan& plan) {
  const bool quick = attempt.app_password || attempt.recently_verified;
  if (quick && !due(plan.token, plan.pending_user, request.provider)) return;
  const WallMs now = clock_.wall();
  events_.note_reputation({printable(attempt.record.username), printable(request.client, 64), 1});
  Event event = make_event("login", request, plan.pending_user, now);
  event.username = printable(attempt.record.username);
  event.context["auth_method"] = json_text(auth_method_text(plan.auth_method));
  event.context["mfa"] = plan.code_verified;
  if (attempt.leased) event.context["login_lease"] = true;
  if (const auto* args = plan.context.if_contains("auth_method_args")) {
    event.context["auth_method_args"] = *args;
  }
  events_.record(std::move(event));
  events_.touch_last_login(plan.pending_user, now);
  if (!plan.token.empty()) events_.touch_token(plan.token, now);
}

void LoginEffects::refused(const LoginRequest& request, const Attempt& attempt, Reason reason) {
  const bool spread = throttle_.source_failed(request.client, request.username);
  const WallMs now = clock_.wall();
  if (spread) {
    Event alert = make_event("suspicious_request", request, 0, now);
    alert.context["message"] = "many users failed to log in from one address";
    events_.record(std::move(alert));
  }
  if (attempt.app_password &&
      !due(request.client,
           static_cast<std::int64_t>(std::hash<std::string_view>{}(request.username)), -1)) {
    return;
  }
  events_.note_reputation(
      {printable(attempt.record.pk != 0 ? attempt.record.username : shown_name(request)),
       printable(request.client, 64), -1});
  Event event = make_event("login_failed", request, attempt.record.pk, now);
  event.context["reason"] = json_text(reason_text(reason));
  events_.record(std::move(event));
}

}  // namespace postern::core
