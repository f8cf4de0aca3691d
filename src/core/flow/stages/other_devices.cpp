#include "core/flow/stages/other_devices.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/access/stored_fields.h"
#include "core/device_number.h"
#include "core/flow/stages/duo.h"
#include "core/flow/stages/keys.h"
#include "core/flow/stages/sent_code.h"
#include "core/log.h"

namespace postern::core {
namespace {

constexpr std::string_view kPush = "duo_push";
constexpr int kGuesses = 5, kDaily = 20;
constexpr WallMs kGuessWindow = 300'000;
constexpr int kMostPolls = 2;

struct Kind {
  DeviceClass bit;
  std::string_view name, model, stage;
};
constexpr std::array<Kind, 4> kKinds{
    {{kWebAuthnDevice, "webauthn", "authentik_stages_authenticator_webauthn.webauthndevice", ""},
     {kEmailDevice, "email", "authentik_stages_authenticator_email.emaildevice",
      "authentik_stages_authenticator_email.authenticatoremailstage"},
     {kSmsDevice, "sms", "authentik_stages_authenticator_sms.smsdevice",
      "authentik_stages_authenticator_sms.authenticatorsmsstage"},
     {kDuoDevice, "duo", "authentik_stages_authenticator_duo.duodevice",
      "authentik_stages_authenticator_duo.authenticatorduostage"}}};

const Kind* kind_named(std::string_view name) noexcept {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

Store& store_of(const StageContext& context) { return context.attempt.web->tools.store; }

std::vector<Object> devices(const StageContext& context, const Kind& kind) {
  ListQuery query;
  query.equals = {{"user", context.plan.pending_user}, {"confirmed", true}};
  query.order = "name";
  return store_of(context).list(*find_model(kind.model), query);
}

std::optional<Object> device_numbered(const StageContext& context, const Kind& kind,
                                      std::int64_t number) {
  for (Object& device : devices(context, kind)) {
    if (device_number(device.at("pk").as_string()) == number) return std::move(device);
  }
  return std::nullopt;
}

// The stage that set the device up; an empty one when it is gone.
Object stage_of(const StageContext& context, const Kind& kind, const Object& device) {
  ListQuery query;
  query.equals = {{"pk", device.at("stage")}};
  query.limit = 1;
  if (device.at("stage").is_null()) return {};
  auto found = store_of(context).list(*find_model(kind.stage), query);
  return found.empty() ? Object() : std::move(found.front());
}

std::string verification(const StageContext& context) {
  std::string text = setting(context.stage, "webauthn_user_verification");
  return text.empty() ? "preferred" : text;
}

// a***@example.org, +49*****56
std::string masked(const Kind& kind, const Object& device) {
  if (kind.bit == kEmailDevice) {
    const std::string address = text_of(device, "email");
    const std::size_t at = address.find('@');
    return at == std::string::npos ? std::string()
                                   : address.substr(0, 1) + "***" + address.substr(at);
  }
  const std::string number = text_of(device, "phone_number");
  return number.size() < 6 ? std::string()
                           : number.substr(0, 3) + std::string(number.size() - 5, '*') +
                                 number.substr(number.size() - 2);
}

void add_keys(const StageContext& context, const std::vector<Object>& keys,
              std::vector<DeviceChallenge>& out) {
  WallMs last = 0;
  for (const Object& key : keys) last = std::max<WallMs>(last, integer_of(key, "last_used", 0));
  out.push_back({"webauthn", "-1",
                 assertion_request(context, context.plan.pending_user, verification(context)),
                 last});
}

Challenge wrong(const StageContext& context, const Challenge& again, std::string_view field,
                std::string text, Reason reason) {
  return complaint(context, again, field, std::move(text), reason);
}

}  // namespace

std::vector<DeviceChallenge> other_challenges(const StageContext& context) {
  std::vector<DeviceChallenge> out;
  const auto wanted = context.stage.accepts_others & context.attempt.record.other_devices;
  for (const Kind& kind : kKinds) {
    if ((wanted & kind.bit) == 0) continue;
    const auto owned = devices(context, kind);
    if (owned.empty()) continue;
    if (kind.bit == kWebAuthnDevice) {
      add_keys(context, owned, out);
      continue;
    }
    for (const Object& device : owned) {
      Object challenge;
      if (kind.bit == kEmailDevice) challenge["email"] = masked(kind, device);
      if (kind.bit == kSmsDevice) challenge["phone_number"] = masked(kind, device);
      out.push_back({kind.name, std::to_string(device_number(device.at("pk").as_string())),
                     std::move(challenge), integer_of(device, "last_used", 0)});
    }
  }
  return out;
}

DeviceAnswer answer_key(const StageContext& context, const boost::json::object& assertion,
                        UserId user, const Challenge& again) {
  const auto checked =
      check_assertion(context, assertion, user, user == 0 || verification(context) == "required");
  if (const auto* key = std::get_if<KeyAnswer>(&checked)) return Right{key->user, key->device};
  const std::string_view why = std::get<Fault>(checked).word;
  log::info("webauthn.refused", {{"why", why}, {"user", context.attempt.record.username}});
  if (why == "counter_went_back") note(context, "suspicious_request", {{"why", why}});
  if (++context.plan.attempts >= 10) return Denied{Reason::code_wrong};
  return wrong(context, again, "webauthn", "Assertion failed", Reason::code_wrong);
}

DeviceAnswer select_device(const StageContext& context, const boost::json::object& selected,
                           const Challenge& again) {
  const Kind* kind = kind_named(text_of(selected, "device_class"));
  const std::string uid = text_of(selected, "device_uid");
  std::int64_t number = 0;
  std::from_chars(uid.data(), uid.data() + uid.size(), number);
  const bool sent = kind != nullptr && (kind->bit == kEmailDevice || kind->bit == kSmsDevice);
  if (!sent || (kind->bit & context.stage.accepts_others) == 0) return again;
  const auto device = device_numbered(context, *kind, number);
  if (!device) return again;
  if (kind->bit == kSmsDevice) {
    if (const auto later = call_out_elsewhere(context)) return *later;
  }
  const std::string address =
      text_of(*device, kind->bit == kEmailDevice ? "email" : "phone_number");
  const CodePlace place{std::string(device->at("pk").as_string()), address,
                        stage_of(context, *kind, *device)};
  if (auto fault = send_code(context, place, kind->bit)) {
    return wrong(context, again, "non_field_errors", *std::move(fault), Reason::none);
  }
  return again;
}

std::optional<Uuid> take_sent_code(const StageContext& context, std::string_view code) {
  const std::string device = sent_to(context.plan);
  if (device.empty()) return std::nullopt;
  if (!is_sent_code(context, device, code)) return std::nullopt;
  if (!count_sent_guess(context)) return std::nullopt;
  forget_sent_code(context.plan);
  store_of(context).refund_code_guess(device);
  store_of(context).note_device_use(device, context.tools.clock.wall());
  return Uuid(device);
}

bool count_sent_guess(const StageContext& context) {
  const std::string device = sent_to(context.plan);
  return device.empty() || store_of(context).reserve_code_guess(device, context.tools.clock.wall(),
                                                                kGuesses, kGuessWindow, kDaily);
}

DeviceAnswer answer_duo(const StageContext& context, std::int64_t number, const Challenge& again) {
  const Kind& kind = *kind_named("duo");
  const auto device = device_numbered(context, kind, number);
  HttpClient* http = context.attempt.web->tools.http;
  if (!device || http == nullptr || (context.stage.accepts_others & kDuoDevice) == 0) return again;
  if (const auto later = call_out_elsewhere(context)) return *later;
  const Object stage = stage_of(context, kind, *device);
  Duo duo(*http, context.attempt.web->tools.objects.sealer, context.tools.clock, stage);
  std::string transaction = text_of(context.plan.context, kPush);
  if (transaction.empty()) {
    if (!may_try(context, "send", std::to_string(context.plan.pending_user))) {
      return wrong(context, again, "duo", "Too many requests. Try again later.", Reason::none);
    }
    transaction = duo.push(text_of(*device, "duo_user_id"), context.attempt.web->client)
                      .value_or(std::string());
    if (transaction.empty()) {
      return wrong(context, again, "duo", "Duo does not answer.", Reason::none);
    }
    context.plan.context[kPush] = transaction;
  }
  std::optional<std::string> state;
  // Duo itself holds each of these until something changes; the page asks again afterwards.
  for (int i = 0; i < kMostPolls; ++i) {
    state = duo.outcome(transaction);
    if (!state || *state != "waiting") break;
  }
  if (!state || state == "waiting") return again;
  context.plan.context.erase(kPush);
  if (state != "allow") {
    return wrong(context, again, "duo", "Duo denied access", Reason::code_wrong);
  }
  const Uuid pk(device->at("pk").as_string());
  store_of(context).note_device_use(pk, context.tools.clock.wall());
  return Right{context.plan.pending_user, pk};
}

bool owns_device(const StageContext& context, const Uuid& device) {
  const LoginRecord& record = context.attempt.record;
  const auto same = [&device](const auto& one) { return one.pk == device; };
  if (context.stage.accepts_totp && std::ranges::any_of(record.totp, same)) return true;
  const auto holds_code = [&device](const auto& one) { return one.device == device; };
  if (context.stage.accepts_static && std::ranges::any_of(record.static_codes, holds_code)) {
    return true;
  }
  for (const Kind& kind : kKinds) {
    if ((context.stage.accepts_others & record.other_devices & kind.bit) == 0) continue;
    const auto owned = devices(context, kind);
    if (std::ranges::any_of(owned, [&device](const Object& one) {
          return one.at("pk").as_string() == std::string_view(device);
        })) {
      return true;
    }
  }
  return false;
}

}  // namespace postern::core
