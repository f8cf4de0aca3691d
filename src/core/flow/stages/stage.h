#pragma once
// A stage: two functions per StageKind. enter() is called when the stage comes up and passes it,
// shows a challenge or refuses; answer() takes the answer to that challenge. An answer of another
// kind shows the challenge again. Stages own no state: it is in the Plan.

#include <variant>

#include "core/flow/challenge.h"
#include "core/flow/executor.h"

namespace postern::core {

struct Passed {};
using StageResult = std::variant<Denied, Passed, Challenge, Unavailable, WouldBlock>;

struct StageContext {
  const Flow& flow;
  const Stage& stage;
  Plan& plan;
  Attempt& attempt;
  const StageTools& tools;
};

struct StageFunctions {
  StageResult (*enter)(const StageContext&);
  StageResult (*answer)(const StageContext&, const Answer&);
};
const StageFunctions& functions_of(StageKind kind) noexcept;

extern const StageFunctions kIdentificationStage;
extern const StageFunctions kPasswordStage;
extern const StageFunctions kAuthenticatorValidateStage;
extern const StageFunctions kUserLoginStage;
extern const StageFunctions kUserLogoutStage;
extern const StageFunctions kDenyStage;
extern const StageFunctions kPromptStage;
extern const StageFunctions kUserWriteStage;
extern const StageFunctions kTotpSetupStage;
extern const StageFunctions kStaticSetupStage;
extern const StageFunctions kWebAuthnSetupStage;
extern const StageFunctions kEmailSetupStage;
extern const StageFunctions kSmsSetupStage;
extern const StageFunctions kDuoSetupStage;
extern const StageFunctions kEmailStage;
extern const StageFunctions kInvitationStage;
extern const StageFunctions kConsentStage;
extern const StageFunctions kCaptchaStage;
extern const StageFunctions kRedirectStage;
extern const StageFunctions kUserDeleteStage;
extern const StageFunctions kUnsupportedStage;

// The password of the pending user, also for an identification stage that takes it along.
StageResult take_password(const StageContext& context, const Stage& password_stage,
                          const PasswordText& text, const Challenge& again);

// A stage that never shows a challenge gets no answer.
StageResult no_answer(const StageContext& context, const Answer& answer);

}  // namespace postern::core
