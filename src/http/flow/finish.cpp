#include <algorithm>

#include "core/flow/device_proof.h"
#include "http/api/shown.h"
#include "http/flow/executor.h"
#include "http/flow/in_language.h"
#include "http/flow/visit.h"
#include "http/set_cookie.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::string_view kToFlow = "flow:";  // a redirect stage's word for a flow

// Where a redirect stage leads.
std::string stage_target(const Visit& visit, const std::string& redirect) {
  if (!redirect.starts_with(kToFlow)) return redirect;
  Showing showing(visit.context);
  const Object* flow =
      showing.related("authentik_flows.flow", Value(redirect.substr(kToFlow.size())));
  return flow == nullptr ? std::string("/")
                         : "/if/flow/" + std::string(flow->at("slug").as_string()) + "/";
}

// That a device has answered, and that the user has logged in from here.
void add_keepsakes(Context& context, const core::FlowRun& run) {
  const core::Plan& plan = run.plan;
  const core::Sealer& sealer = context.services.tools.sealer;
  const core::WallMs now = context.services.tools.clock.wall();
  if (!plan.proven_device.empty() && plan.proof_ms > 0) {
    const core::DeviceProof proof{plan.proven_stage, plan.proven_device, plan.pending_user,
                                  plan.generation, now};
    context.extra.push_back(set_cookie(context.request, kProofCookie,
                                       core::device_proof_text(sealer, proof), plan.proof_ms));
  }
  if (plan.remember_device_ms > 0 && !run.record.uuid.empty()) {
    const std::string known =
        core::known_device_text(sealer, run.record.uuid, now + plan.remember_device_ms);
    context.extra.push_back(
        set_cookie(context.request, kDeviceCookie, known, plan.remember_device_ms));
  }
}

// False: another request has moved the run meanwhile, and nobody is logged in.
bool log_in(Context& context, const core::FlowRun& run) {
  const core::Plan& plan = run.plan;
  const WebSession* before = context.session ? &*context.session : nullptr;
  auto session = context.sessions.log_in(
      context.request, plan.pending_user,
      {plan.session_duration_ms, plan.network_binding, plan.geoip_binding}, before);
  if (!session) return false;
  if (plan.end_others) context.sessions.end_others(*session);
  for (Header& one :
       context.sessions.cookies(context.request, *session, plan.session_duration_ms)) {
    context.extra.push_back(std::move(one));
  }
  add_keepsakes(context, run);
  context.session = std::move(session);
  return true;
}

// A redirect stage names the flow that goes on from here: it finds in the session who leads to it.
Response lead_on(Visit& visit, const core::FlowRun& run) {
  Context& context = visit.context;
  const auto catalog = context.services.directory.catalog();
  const std::string_view pk = std::string_view(run.plan.redirect).substr(kToFlow.size());
  const auto found = std::ranges::find_if(catalog->flows, [pk](const auto& one) {
    return one.second != nullptr && one.second->pk == pk;
  });
  if (found == catalog->flows.end()) return denied(visit, kDenied);
  core::Plan next;
  if (run.plan.carry) next = run.plan;
  next.flow = found->second;
  next.redirected = true;
  next.position = 0;
  next.dropped = 0;
  next.planned = next.waiting = next.logged_in = next.restored = next.end_others = false;
  next.redirect.clear();
  ensure_session(context);
  if (!context.sessions.keep_plan(context.request, *context.session, next)) {
    return denied(visit, kMoved);
  }
  std::string to = "/if/flow/" + next.flow->slug + "/";
  if (const std::string* wanted = visit.page.find("next"); wanted != nullptr && !wanted->empty()) {
    to += "?next=" + percent_encode(*wanted);
  }
  return json_response(200, redirect_json(to));
}

}  // namespace

ChallengePage page_for(const Visit& visit) {
  return {*visit.flow, default_flow(visit.context, "recovery"), {}};
}

std::optional<std::string> next_page(const Visit& visit) {
  const std::string* next = visit.page.find("next");
  if (next == nullptr || next->empty()) return "/if/user/";
  if (!is_local_path(*next)) return std::nullopt;
  return *next;
}

Response denied(Visit& visit, std::string_view message) {
  Object shown = denied_json(visit.context, page_for(visit), message);
  put_into_language(reading_language(visit.context), shown);
  return json_response(200, shown);
}

void ensure_session(Context& context) {
  if (context.session) return;
  context.session = context.sessions.fresh();
  for (Header& one : context.sessions.cookies(context.request, *context.session, 0)) {
    context.extra.push_back(std::move(one));
  }
}

Response finish(Visit& visit, const core::FlowRun& run) {
  Context& context = visit.context;
  auto next = next_page(visit);
  if (!run.plan.redirect.empty()) next = stage_target(visit, run.plan.redirect);
  if (run.plan.logged_in) {
    if (!log_in(context, run)) return denied(visit, kMoved);
  } else if (run.plan.logged_out) {
    if (context.session) context.sessions.log_out(*context.session);
    if (context.who.user() != 0) {
      record_event(context, "logout", {});
    }
    for (Header& one : context.sessions.no_cookies(context.request)) {
      context.extra.push_back(std::move(one));
    }
    return json_response(200, redirect_json(next && *next != "/if/user/" ? *next : "/"));
  } else if (context.session) {
    if (run.plan.written && context.session->user == run.plan.pending_user) {
      context.sessions.restamp(*context.session);
    }
    if (!context.sessions.drop_plan(*context.session)) return denied(visit, kMoved);
  }
  if (run.plan.redirect.starts_with(kToFlow)) return lead_on(visit, run);
  if (!next) return denied(visit, "Invalid next URL");
  return json_response(200, redirect_json(*next));
}

}  // namespace postern::http
