#include "core/flow/stages/stage.h"

namespace postern::core {

const StageFunctions& functions_of(StageKind kind) noexcept {
  switch (kind) {
    case StageKind::identification:
      return kIdentificationStage;
    case StageKind::password:
      return kPasswordStage;
    case StageKind::authenticator_validate:
      return kAuthenticatorValidateStage;
    case StageKind::user_login:
      return kUserLoginStage;
    case StageKind::user_logout:
      return kUserLogoutStage;
    case StageKind::deny:
      return kDenyStage;
    case StageKind::prompt:
      return kPromptStage;
    case StageKind::user_write:
      return kUserWriteStage;
    case StageKind::authenticator_totp:
      return kTotpSetupStage;
    case StageKind::authenticator_static:
      return kStaticSetupStage;
    case StageKind::authenticator_webauthn:
      return kWebAuthnSetupStage;
    case StageKind::authenticator_email:
      return kEmailSetupStage;
    case StageKind::authenticator_sms:
      return kSmsSetupStage;
    case StageKind::authenticator_duo:
      return kDuoSetupStage;
    case StageKind::email:
      return kEmailStage;
    case StageKind::invitation:
      return kInvitationStage;
    case StageKind::consent:
      return kConsentStage;
    case StageKind::captcha:
      return kCaptchaStage;
    case StageKind::redirect:
      return kRedirectStage;
    case StageKind::user_delete:
      return kUserDeleteStage;
    case StageKind::unsupported:
      break;
  }
  return kUnsupportedStage;
}

StageResult no_answer(const StageContext&, const Answer&) { return Denied{Reason::flow_denied}; }

}  // namespace postern::core
