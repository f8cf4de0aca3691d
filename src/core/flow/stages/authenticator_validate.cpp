// authenticator_validate: one of the user's devices answers. An app password stands in for password
// and code. A code comes after the password: it is burnt only when both are right, so a flow that
// asks the other way round is refused. In a flow of people that begins here, any key that knows us
// names its owner and logs in alone. Who owns no device may be led through a stage that sets one
// up, which proves that it works. Within last_auth_threshold a browser that has kept the proof of
// an answer to this stage is not asked again, as long as the device is there and the user's
// credentials have not changed.

#include <charconv>

#include "core/access/stored_fields.h"
#include "core/flow/device_proof.h"
#include "core/flow/stages/keys.h"
#include "core/flow/stages/other_devices.h"
#include "core/flow/stages/stage.h"

namespace postern::core {
namespace {

constexpr std::string_view kDetour = "configure_stage";

CodeClasses classes_of(const Stage& stage) noexcept {
  return {stage.accepts_totp, stage.accepts_static};
}

bool owns_other(const StageContext& context) noexcept {
  return (context.stage.accepts_others & context.attempt.record.other_devices) != 0;
}

Challenge challenge(const StageContext& context) {
  const LoginRecord& record = context.attempt.record;
  const CodeClasses classes = classes_of(context.stage);
  AuthenticatorValidateChallenge ask;
  ask.totp = owns_code_device(record, {classes.totp, false});
  ask.static_codes = owns_code_device(record, {false, classes.static_codes});
  if (context.attempt.web != nullptr && owns_other(context))
    ask.devices = other_challenges(context);
  return Challenge{std::move(ask), {}};
}

bool passwordless(const StageContext& context) noexcept {
  const Plan& plan = context.plan;
  return plan.pending_user == 0 && !plan.pretend_user && context.attempt.web != nullptr &&
         context.flow.designation == "authentication" &&
         (context.stage.accepts_others & kWebAuthnDevice) != 0;
}

Challenge any_key(const StageContext& context) {
  AuthenticatorValidateChallenge ask;
  ask.devices.push_back({"webauthn", "-1", assertion_request(context, 0, "required"), 0});
  return Challenge{std::move(ask), {}};
}

// --- setting a device up on the way ---

const Stage* detour(const StageContext& context) {
  const std::string pk = text_of(context.plan.context, kDetour);
  if (pk.empty()) return nullptr;
  for (const auto& stage : context.stage.configuration) {
    if (stage->pk == pk) return stage.get();
  }
  return nullptr;
}

StageContext there(const StageContext& context, const Stage& stage) {
  return {context.flow, stage, context.plan, context.attempt, context.tools};
}

StageResult back_from_detour(const StageContext& context, StageResult result) {
  if (!std::holds_alternative<Passed>(result)) return result;
  context.plan.context.erase(kDetour);
  context.plan.code_verified = true;
  return result;
}

StageResult take_detour(const StageContext& context, const Stage& stage) {
  context.plan.context[kDetour] = stage.pk;
  context.plan.keep = true;
  return back_from_detour(context, functions_of(stage.kind).enter(there(context, stage)));
}

Challenge choose_configuration(const StageContext& context) {
  AuthenticatorValidateChallenge ask;
  for (const auto& stage : context.stage.configuration) ask.configuration.push_back(stage.get());
  return Challenge{std::move(ask), {}};
}

StageResult configure(const StageContext& context) {
  const auto& stages = context.stage.configuration;
  // Whoever cannot see a page cannot set anything up.
  if (context.attempt.web == nullptr || stages.empty()) return Denied{Reason::no_device};
  if (stages.size() == 1) return take_detour(context, *stages.front());
  return choose_configuration(context);
}

StageResult select_configuration(const StageContext& context, const Answer& given) {
  const std::string pk = answered(given, "selected_stage");
  for (const auto& stage : context.stage.configuration) {
    if (stage->pk == pk) return take_detour(context, *stage);
  }
  return choose_configuration(context);
}

// --- not asking again: a browser may keep the answer for a while ---

// LDAP and RADIUS keep nothing and are always asked: a code is never skipped silently there.
bool answered_lately(const StageContext& context) {
  const std::int64_t threshold = context.stage.last_auth_threshold_ms;
  if (context.attempt.web == nullptr || threshold <= 0) return false;
  const WebTools& tools = context.attempt.web->tools;
  const auto proof = read_device_proof(tools.objects.sealer, context.attempt.web->proof);
  if (!proof || proof->stage != context.stage.pk || proof->user != context.plan.pending_user ||
      proof->generation != context.plan.generation) {
    return false;
  }
  const WallMs age = context.tools.clock.wall() - proof->made;
  return age >= 0 && age < threshold && owns_device(context, proof->device);
}

void answered_by(const StageContext& context, std::string_view device) {
  Plan& plan = context.plan;
  plan.code_verified = true;
  if (context.attempt.web == nullptr || context.stage.last_auth_threshold_ms <= 0) return;
  plan.proven_stage = context.stage.pk;
  plan.proven_device.assign(device);
  plan.proof_ms = context.stage.last_auth_threshold_ms;
}

StageResult enter(const StageContext& context) {
  const Plan& plan = context.plan;
  const bool device =
      plan.auth_method == AuthMethod::token || plan.auth_method == AuthMethod::network_password;
  if (device || plan.code_verified) return Passed{};
  if (passwordless(context)) return any_key(context);
  if (plan.pending_user == 0)
    return Denied{plan.pretend_user ? Reason::unknown_user : Reason::flow_denied};
  if (plan.auth_method != AuthMethod::password && !plan.vouched) {
    return Denied{Reason::stage_unsupported};
  }
  if (const Stage* stage = detour(context)) {
    return back_from_detour(context, functions_of(stage->kind).enter(there(context, *stage)));
  }
  if (answered_lately(context)) return Passed{};
  if (owns_code_device(context.attempt.record, classes_of(context.stage)))
    return challenge(context);
  if (owns_other(context)) {
    if (context.attempt.web == nullptr) return Denied{Reason::device_not_supported};
    if (context.attempt.blocking == Blocking::no) return WouldBlock{LoginLane::store};
    return challenge(context);
  }
  if (context.stage.not_configured == Stage::NotConfigured::skip) return Passed{};
  if (context.stage.not_configured == Stage::NotConfigured::configure) return configure(context);
  return Denied{Reason::no_device};
}

// --- answers ---

StageResult take_code(const StageContext& context, std::string_view code, Challenge again) {
  if (context.attempt.web != nullptr) {
    if (const auto device = take_sent_code(context, code)) {
      answered_by(context, *device);
      return Passed{};
    }
  }
  const bool coded = owns_code_device(context.attempt.record, classes_of(context.stage));
  Check check = Check::wrong(Reason::code_wrong);
  if (coded) {
    check = context.tools.codes.check(context.attempt, code, classes_of(context.stage));
  } else if (context.attempt.web != nullptr && !code.empty()) {
    if (!count_sent_guess(context)) check = Check::wrong(Reason::code_throttled);
  }
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
  answered_by(context, context.attempt.device);
  return Passed{};
}

StageResult settle(const StageContext& context, const DeviceAnswer& outcome) {
  if (const auto* again = std::get_if<Challenge>(&outcome)) return *again;
  if (const auto* refusal = std::get_if<Denied>(&outcome)) return *refusal;
  if (const auto* later = std::get_if<WouldBlock>(&outcome)) return *later;
  Plan& plan = context.plan;
  const Right& right = std::get<Right>(outcome);
  answered_by(context, right.device);
  if (plan.pending_user != 0) return Passed{};
  plan.pending_user = right.user;
  plan.auth_method = AuthMethod::webauthn;
  return reread(context);
}

StageResult answer_page(const StageContext& context, const Answer& given) {
  Plan& plan = context.plan;
  if (const auto* assertion = answered_object(given, "webauthn")) {
    const DeviceAnswer outcome =
        answer_key(context, *assertion, plan.pending_user, challenge(context));
    // A used-up challenge is followed by a fresh one.
    if (const auto* again = std::get_if<Challenge>(&outcome)) {
      Challenge fresh = plan.pending_user == 0 ? any_key(context) : challenge(context);
      fresh.error = again->error;
      return fresh;
    }
    return settle(context, outcome);
  }
  if (plan.pending_user == 0) return any_key(context);
  if (const auto* selected = answered_object(given, "selected_challenge")) {
    return settle(context, select_device(context, *selected, challenge(context)));
  }
  const std::string duo = answered(given, "duo");
  std::int64_t number = 0;
  const auto parsed = std::from_chars(duo.data(), duo.data() + duo.size(), number);
  if (!duo.empty() && parsed.ec == std::errc{}) {
    return settle(context, answer_duo(context, number, challenge(context)));
  }
  Challenge again = challenge(context);
  again.error = {"non_field_errors", "Empty response", Reason::none, {}};
  return again;
}

StageResult answer(const StageContext& context, const Answer& given) {
  if (const Stage* stage = detour(context)) {
    return back_from_detour(context,
                            functions_of(stage->kind).answer(there(context, *stage), given));
  }
  const bool owns = owns_other(context) || passwordless(context) ||
                    owns_code_device(context.attempt.record, classes_of(context.stage));
  if (!owns) return select_configuration(context, given);
  if (const auto* code = std::get_if<CodeAnswer>(&given)) {
    return take_code(context, code->code, challenge(context));
  }
  if (context.attempt.web == nullptr) return challenge(context);
  return answer_page(context, given);
}

}  // namespace

const StageFunctions kAuthenticatorValidateStage{&enter, &answer};

}  // namespace postern::core
