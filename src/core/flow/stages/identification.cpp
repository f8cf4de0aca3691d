// identification: finds the pending user by the stage's fields. A name that nobody owns goes on as
// a pretended user, so that the next answers look the same; without pretend_user_exists the name
// itself is refused. The embedded password stage takes the password along, or asks for it next.

#include "core/flow/stages/stage.h"

namespace postern::core {
namespace {

constexpr std::string_view kFailed = "Failed to authenticate.";

Challenge challenge(const Stage& stage, Reason reason = Reason::none) {
  Challenge out{IdentificationChallenge{!stage.password_stage.empty()}, {}};
  if (reason != Reason::none) out.error = {"non_field_errors", kFailed, reason, {}};
  return out;
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
  return challenge(context.stage);
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
    return challenge(context.stage, Reason::unknown_user);
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
  if (identification == nullptr) return challenge(context.stage, Reason::flow_denied);

  StageResult result = identify(context, identification->uid_field, password_stage != nullptr);
  if (password_stage == nullptr || !std::holds_alternative<Passed>(result)) return result;
  if (identification->password.empty()) return Challenge{PasswordChallenge{}, {}};
  result =
      take_password(context, *password_stage, {identification->password, identification->password},
                    challenge(context.stage));
  // A refused pair is asked for again as a pair.
  if (std::holds_alternative<Challenge>(result)) unidentify(context);
  return result;
}

}  // namespace

const StageFunctions kIdentificationStage{&enter, &answer};

}  // namespace postern::core
