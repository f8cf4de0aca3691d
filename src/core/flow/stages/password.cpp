// password: the backends of the stage over PasswordCheck. After failed_attempts_before_cancel wrong
// passwords in one plan the flow is denied.

#include "core/flow/stages/stage.h"

namespace postern::core {
namespace {

StageResult enter(const StageContext& context) {
  const Plan& plan = context.plan;
  if (plan.pending_user == 0 && !plan.pretend_user) return Denied{Reason::flow_denied};
  if (plan.auth_method != AuthMethod::none) return Passed{};  // taken with the identification
  return Challenge{PasswordChallenge{}, {}};
}

StageResult answer(const StageContext& context, const Answer& given) {
  const Challenge again{PasswordChallenge{}, {}};
  const auto* password = std::get_if<PasswordAnswer>(&given);
  if (password == nullptr) return again;
  return take_password(context, context.stage, {password->whole, password->password}, again);
}

StageResult wrong(const StageContext& context, const Stage& stage, const Check& check,
                  Challenge again) {
  Plan& plan = context.plan;
  ++plan.attempts;
  const int limit = stage.failed_attempts_before_cancel;
  if (check.reason == Reason::generation_moved || (limit > 0 && plan.attempts >= limit)) {
    return Denied{check.reason, check.delay};
  }
  again.error = {"password", "Invalid password", check.reason, check.delay};
  return again;
}

}  // namespace

StageResult take_password(const StageContext& context, const Stage& stage, const PasswordText& text,
                          const Challenge& again) {
  Attempt& attempt = context.attempt;
  const Check check = context.tools.passwords.check(
      attempt, text,
      {stage.inbuilt_backend, stage.token_backend && attempt.purpose != Purpose::password_change});
  switch (check.kind) {
    case Check::Kind::would_block:
      return WouldBlock{check.lane};
    case Check::Kind::unavailable:
      return Unavailable{check.reason};
    case Check::Kind::wrong:
      return wrong(context, stage, check, again);
    case Check::Kind::right:
      break;
  }
  // Nobody is let in as a name that does not exist, whatever a check says.
  if (context.plan.pending_user == 0) return Denied{Reason::unknown_user};
  if (attempt.token != nullptr) {
    context.plan.auth_method =
        attempt.network_password ? AuthMethod::network_password : AuthMethod::token;
    context.plan.token = attempt.token->pk;
  } else {
    context.plan.auth_method = AuthMethod::password;
  }
  return Passed{};
}

const StageFunctions kPasswordStage{&enter, &answer};

}  // namespace postern::core
