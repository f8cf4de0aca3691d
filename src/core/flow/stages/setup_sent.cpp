// authenticator_email and authenticator_sms: a device is an address or a telephone that has
// received a code. The user's own mail address is taken when it has one.

#include "core/flow/stages/sent_code.h"
#include "core/mail_address.h"

namespace postern::core {
namespace {

constexpr std::string_view kAddress = "setup_address";

struct Kind {
  DeviceClass device;
  std::string_view component, model, field, name;
};
constexpr Kind kEmail{kEmailDevice, "ak-stage-authenticator-email",
                      "authentik_stages_authenticator_email.emaildevice", "email", "Email Device"};
constexpr Kind kSms{kSmsDevice, "ak-stage-authenticator-sms",
                    "authentik_stages_authenticator_sms.smsdevice", "phone_number", "SMS Device"};

std::string address_of(const StageContext& context) {
  const auto* kept = context.plan.context.if_contains(kAddress);
  return kept == nullptr || !kept->is_string() ? std::string() : std::string(kept->get_string());
}

Challenge show(const StageContext& context, const Kind& kind) {
  const std::string address = address_of(context);
  if (kind.device == kSmsDevice) {
    return page(kind.component, {{"phone_number_required", address.empty()}});
  }
  return page(kind.component, {{"email", address.empty() ? Value(nullptr) : Value(address)},
                               {"email_required", address.empty()}});
}

StageResult send(const StageContext& context, const Kind& kind, const std::string& address) {
  if (kind.device == kSmsDevice) {
    if (const auto later = call_out_elsewhere(context)) return *later;
  }
  const CodePlace place{address, address, *context.stage.row};
  if (auto fault = send_code(context, place, kind.device)) {
    return complaint(context, show(context, kind), kind.field, *std::move(fault));
  }
  context.plan.context[kAddress] = address;
  return show(context, kind);
}

StageResult enter(const StageContext& context, const Kind& kind) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  if (kind.device == kEmailDevice && address_of(context).empty()) {
    const auto user = context.attempt.web->tools.store.load_user(context.plan.pending_user);
    if (user && is_mail_address(user->email)) return send(context, kind, user->email);
  }
  return show(context, kind);
}

StageResult confirm(const StageContext& context, const Kind& kind, const std::string& address) {
  std::string name = setting(context.stage, "friendly_name");
  if (name.empty()) name = kind.name;
  const Model& model = *find_model(kind.model);
  const auto made = write_object(
      context.attempt.web->tools, [&](Transaction&, Objects& objects) -> Outcome<Written> {
        return objects.create(model, {{"user", context.plan.pending_user},
                                      {"name", name},
                                      {"stage", context.stage.pk},
                                      {kind.field, address}});
      });
  if (!made) return complaint(context, show(context, kind), "code", made.error().message);
  forget_sent_code(context.plan);
  context.plan.context.erase(kAddress);
  note(context, "model_created", {{"model", model.name}, {"pk", made->pk}});
  return reread(context);
}

StageResult answer(const StageContext& context, const Answer& given, const Kind& kind) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  const std::string address = address_of(context), code = answered(given, "code");
  const std::string typed = answered(given, kind.field);
  if (code.empty() && !typed.empty()) {
    const bool right =
        kind.device == kEmailDevice ? is_mail_address(typed) : is_phone_number(typed);
    if (right) return send(context, kind, typed);
    return complaint(context, show(context, kind), kind.field,
                     kind.device == kEmailDevice ? "Enter a valid email address."
                                                 : "Enter a number such as +4930123456.");
  }
  if (address.empty()) {
    return complaint(context, show(context, kind), kind.field, "This field is required.");
  }
  if (code.empty()) return send(context, kind, address);
  if (!may_try(context, "setup", std::to_string(context.plan.pending_user)) ||
      !is_sent_code(context, address, code)) {
    return complaint(context, show(context, kind), "code", "Code does not match");
  }
  return confirm(context, kind, address);
}

StageResult enter_email(const StageContext& context) { return enter(context, kEmail); }
StageResult enter_sms(const StageContext& context) { return enter(context, kSms); }
StageResult answer_email(const StageContext& context, const Answer& given) {
  return answer(context, given, kEmail);
}
StageResult answer_sms(const StageContext& context, const Answer& given) {
  return answer(context, given, kSms);
}

}  // namespace

const StageFunctions kEmailSetupStage{&enter_email, &answer_email};
const StageFunctions kSmsSetupStage{&enter_sms, &answer_sms};

}  // namespace postern::core
