// The stages without a challenge: user_login, user_logout, deny, and what this version does not
// know.

#include "core/access/access_check.h"
#include "core/flow/stages/stage.h"

namespace postern::core {
namespace {

StageResult login(const StageContext& context) {
  Plan& plan = context.plan;
  if (plan.pending_user == 0)
    return Denied{plan.pretend_user ? Reason::unknown_user : Reason::flow_denied};
  const Reason reason = check_user(context.attempt.record, context.tools.clock.wall());
  if (reason != Reason::none) return Denied{reason};
  plan.logged_in = true;
  plan.session_duration_ms = context.stage.session_duration_ms;
  return Passed{};
}

StageResult logout(const StageContext& context) {
  context.plan.logged_in = false;
  context.plan.logged_out = true;
  return Passed{};
}

StageResult deny(const StageContext&) { return Denied{Reason::flow_denied}; }
StageResult unsupported(const StageContext&) { return Denied{Reason::stage_unsupported}; }

}  // namespace

const StageFunctions kUserLoginStage{&login, &no_answer};
const StageFunctions kUserLogoutStage{&logout, &no_answer};
const StageFunctions kDenyStage{&deny, &no_answer};
const StageFunctions kUnsupportedStage{&unsupported, &no_answer};

}  // namespace postern::core
