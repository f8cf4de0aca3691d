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
    case StageKind::unsupported:
      break;
  }
  return kUnsupportedStage;
}

StageResult no_answer(const StageContext&, const Answer&) { return Denied{Reason::flow_denied}; }

}  // namespace postern::core
