// identification: finds the pending user by the stage's fields. A name that nobody owns goes on as
// a pretended user, so that the next answers look the same; without pretend_user_exists the name
// itself is refused. The embedded password stage takes the password along, or asks for it next.

#include "core/flow/stages/captcha.h"
#include "core/flow/stages/keys.h"
#include "core/log.h"

namespace postern::core {
namespace {

constexpr std::string_view kFailed = "Failed to authenticate.";

bool offers_passkey(const Stage& stage) {
  const auto* named = stage.row == nullptr ? nullptr : stage.row->if_contains("webauthn_stage");
  return named != nullptr && named->is_string();
}

Challenge challenge(const StageContext& context, Reason reason = Reason::none) {
  const Stage& stage = context.stage;
  IdentificationChallenge ask;
  ask.password_fields = !stage.password_stage.empty();
  if (context.attempt.web != nullptr) {
    ask.remember_me = setting_flag(stage, "enable_remember_me", false);
    if (offers_passkey(stage)) ask.passkey = assertion_request(context, 0, "required");
    if (stage.embedded_captcha != nullptr) ask.captcha = captcha_fields(*stage.embedded_captcha);
  }
  Challenge out{std::move(ask), {}};
  if (reason != Reason::none) out.error = {"non_field_errors", kFailed, reason, {}};
  return out;
}

// A key names its owner and stands for password and code.
StageResult take_passkey(const StageContext& context, const boost::json::object& assertion) {
  const auto checked = check_assertion(context, assertion, 0, true);
  if (const auto* fault = std::get_if<Fault>(&checked)) {
    log::info("webauthn.refused", {{"why", fault->word}});
    return challenge(context, Reason::code_wrong);
  }
  Plan& plan = context.plan;
  plan.pending_user = std::get<KeyAnswer>(checked).user;
  plan.auth_method = AuthMethod::webauthn;
  plan.code_verified = true;
  return reread(context);
}

Lookup find(const StageContext& context, std::string_view name) {
  struct Way {
    bool used;
    UserField field;
  };
  const Stage& stage = context.stage;
  const Way ways[] = {{stage.by_username, UserField::username},
                      {stage.by_email, UserField::email},
                      {stage.by_upn, UserField::upn}};
  for (const Way& way : ways) {
    if (!way.used) continue;
    const Lookup found = context.tools.directory.find_user(way.field, name, context.attempt.record);
    if (found != Lookup::missing) return found;
  }
  return Lookup::missing;
}

// The embedded password stage, wherever it is defined: the compiler has checked that it exists.
const Stage* embedded(const StageContext& context) noexcept {
  return context.stage.embedded_password.get();
}

StageResult enter(const StageContext& context) {
  if (context.plan.pending_user != 0 || context.plan.pretend_user) return Passed{};
  return challenge(context);
}

StageResult identify(const StageContext& context, std::string_view name, bool with_password) {
  Plan& plan = context.plan;
  const Lookup found = name.empty() ? Lookup::missing : find(context, name);
  if (found == Lookup::unavailable) return Unavailable{Reason::directory_stale};
  plan.identifier.assign(name);
  if (found == Lookup::found) {
    plan.pending_user = context.attempt.record.pk;
    plan.generation = context.attempt.record.generation;
    return Passed{};
  }
  forget(context.attempt.record);
  if (found == Lookup::ambiguous) return Denied{Reason::ambiguous_user};
  if (!with_password && !context.stage.pretend_user_exists) {
    return challenge(context, Reason::unknown_user);
  }
  plan.pretend_user = true;
  return Passed{};
}

void unidentify(const StageContext& context) {
  context.plan.pending_user = 0;
  context.plan.pretend_user = false;
  context.plan.generation = 0;
}

StageResult answer(const StageContext& context, const Answer& given) {
  const Stage* password_stage = embedded(context);
  const auto* password = std::get_if<PasswordAnswer>(&given);
  const bool identified = context.plan.pending_user != 0 || context.plan.pretend_user;
  if (identified && password_stage != nullptr && password != nullptr) {
    return take_password(context, *password_stage, {password->whole, password->password},
                         Challenge{PasswordChallenge{}, {}});
  }
  const auto* identification = std::get_if<IdentificationAnswer>(&given);
  if (identification == nullptr) return challenge(context, Reason::flow_denied);

  if (identification->passkey != nullptr && context.attempt.web != nullptr &&
      offers_passkey(context.stage)) {
    return take_passkey(context, *identification->passkey);
  }
  if (context.stage.embedded_captcha != nullptr) {
    if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
    if (const auto later = call_out_elsewhere(context)) return *later;
    if (!captcha_passes(context, *context.stage.embedded_captcha, identification->captcha)) {
      Challenge again = challenge(context);
      return complaint(context, std::move(again), "captcha_token", "Invalid captcha response.");
    }
  }
  StageResult result = identify(context, identification->uid_field, password_stage != nullptr);
  if (password_stage == nullptr || !std::holds_alternative<Passed>(result)) return result;
  if (identification->password.empty()) return Challenge{PasswordChallenge{}, {}};
  result = take_password(context, *password_stage,
                         {identification->password, identification->password}, challenge(context));
  // A refused pair is asked for again as a pair.
  if (std::holds_alternative<Challenge>(result)) unidentify(context);
  return result;
}

}  // namespace

const StageFunctions kIdentificationStage{&enter, &answer};

}  // namespace postern::core
