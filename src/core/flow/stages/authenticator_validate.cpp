// authenticator_validate: a one-time code of one of the user's devices. An app password stands in
// for password and code. The code comes after the password: it is burnt only when both are right,
// so a flow that asks the other way round is refused.

#include "core/flow/stages/stage.h"

namespace postern::core {
namespace {

CodeClasses classes_of(const Stage& stage) noexcept {
  return {stage.accepts_totp, stage.accepts_static};
}

Challenge challenge(const StageContext& context) noexcept {
  const LoginRecord& record = context.attempt.record;
  const CodeClasses classes = classes_of(context.stage);
  return Challenge{
      AuthenticatorValidateChallenge{owns_code_device(record, {classes.totp, false}),
                                     owns_code_device(record, {false, classes.static_codes})},
      {}};
}

StageResult enter(const StageContext& context) {
  const Plan& plan = context.plan;
  const bool device =
      plan.auth_method == AuthMethod::token || plan.auth_method == AuthMethod::network_password;
  if (device || plan.code_verified) return Passed{};
  if (plan.pending_user == 0)
    return Denied{plan.pretend_user ? Reason::unknown_user : Reason::flow_denied};
  if (plan.auth_method != AuthMethod::password) return Denied{Reason::stage_unsupported};
  if (owns_code_device(context.attempt.record, classes_of(context.stage)))
    return challenge(context);
  // `configure` would lead to an enrolment, which no flow of this version holds.
  if (context.stage.not_configured == Stage::NotConfigured::skip) return Passed{};
  return Denied{Reason::no_device};
}

StageResult answer(const StageContext& context, const Answer& given) {
  Challenge again = challenge(context);
  const auto* code = std::get_if<CodeAnswer>(&given);
  if (code == nullptr) return again;
  const Check check =
      context.tools.codes.check(context.attempt, code->code, classes_of(context.stage));
  switch (check.kind) {
    case Check::Kind::would_block:
      return WouldBlock{check.lane};
    case Check::Kind::unavailable:
      return Unavailable{check.reason};
    case Check::Kind::wrong:
      again.error = {
          "code", "Invalid Token. Please ensure the time on your device is accurate and try again.",
          check.reason, check.delay};
      return again;
    case Check::Kind::right:
      break;
  }
  context.plan.code_verified = true;
  return Passed{};
}

}  // namespace

const StageFunctions kAuthenticatorValidateStage{&enter, &answer};

}  // namespace postern::core
