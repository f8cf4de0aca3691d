// user_login, which may ask for how long, user_logout, deny, and what this version does not know.

#include "core/access/access_check.h"
#include "core/access/stored_fields.h"
#include "core/flow/device_proof.h"
#include "core/flow/stages/page.h"

namespace postern::core {
namespace {

// Whether the user has logged in from this browser before, or is logged in from this address.
bool is_known_device(const StageContext& context) {
  const WebVisit& visit = *context.attempt.web;
  const WallMs now = context.tools.clock.wall();
  if (knows_device(visit.tools.objects.sealer, visit.known_device, context.attempt.record.uuid,
                   now)) {
    return true;
  }
  ListQuery query;
  query.equals = {{"user", context.plan.pending_user}, {"last_ip", visit.client}};
  query.where.push_back({"expires", Where::Is::greater, {Value(now)}});
  query.limit = 1;
  return !visit.tools.store.list(*find_model("authentik_core.authenticatedsession"), query).empty();
}

StageResult login(const StageContext& context) {
  Plan& plan = context.plan;
  if (plan.pending_user == 0)
    return Denied{plan.pretend_user ? Reason::unknown_user : Reason::flow_denied};
  const Reason reason = check_user(context.attempt.record, context.tools.clock.wall());
  if (reason != Reason::none) return Denied{reason};
  plan.logged_in = true;
  plan.session_duration_ms = context.stage.session_duration_ms;
  if (context.attempt.web == nullptr) return Passed{};
  plan.end_others = setting_flag(context.stage, "terminate_other_sessions", false);
  plan.network_binding = setting(context.stage, "network_binding");
  plan.geoip_binding = setting(context.stage, "geoip_binding");
  plan.remember_device_ms = setting_duration(context.stage, "remember_device", 0);
  plan.context["auth_method_args"] = Object{{"known_device", is_known_device(context)}};
  if (setting_duration(context.stage, "remember_me_offset", 0) <= 0) return Passed{};
  plan.logged_in = false;  // not before the person has said for how long
  return page("ak-stage-user-login", {});
}

StageResult answer_login(const StageContext& context, const Answer& given) {
  Plan& plan = context.plan;
  const auto* answer = std::get_if<PageAnswer>(&given);
  if (context.attempt.web == nullptr || answer == nullptr || answer->body == nullptr) {
    return Denied{Reason::flow_denied};
  }
  plan.logged_in = true;
  plan.session_duration_ms = context.stage.session_duration_ms;
  if (flag_of(*answer->body, "remember_me", false)) {
    plan.session_duration_ms += setting_duration(context.stage, "remember_me_offset", 0);
  }
  return Passed{};
}

StageResult logout(const StageContext& context) {
  context.plan.logged_in = false;
  context.plan.logged_out = true;
  return Passed{};
}

StageResult deny(const StageContext& context) {
  context.plan.prompt_error = context.stage.deny_message;
  return Denied{Reason::flow_denied};
}
StageResult unsupported(const StageContext&) { return Denied{Reason::stage_unsupported}; }

}  // namespace

const StageFunctions kUserLoginStage{&login, &answer_login};
const StageFunctions kUserLogoutStage{&logout, &no_answer};
const StageFunctions kDenyStage{&deny, &no_answer};
const StageFunctions kUnsupportedStage{&unsupported, &no_answer};

}  // namespace postern::core
