#include "http/flow/executor.h"

#include <boost/json/parse.hpp>

#include <algorithm>

#include "core/credentials/app_password.h"
#include "core/flow/plan_codec.h"
#include "core/hex.h"
#include "http/api/shown.h"
#include "http/authentication.h"
#include "http/flow/challenge_json.h"
#include "http/flow/in_language.h"
#include "http/flow/visit.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::int64_t kClaim = 30'000;  // an answer that takes longer may be given again

// The plan that a mailed link's token holds, if it is of this flow as it is now.
std::optional<core::Plan> mailed_plan(const Visit& visit, const Object& token) {
  const std::string_view sealed = token.at("plan").as_string();
  const auto octets = core::from_hex(sealed);
  if (sealed.empty() || !octets) return std::nullopt;
  const auto text = visit.context.services.tools.sealer.unseal(
      *octets, core::mailed_plan_place(token.at("pk").as_string()));
  if (!text) return std::nullopt;
  boost::system::error_code error;
  const Value json = boost::json::parse(text->reveal(), error);
  if (error || !json.is_object()) return std::nullopt;
  return core::plan_from_json(json.get_object(), *visit.context.services.directory.catalog());
}

// The user whom `flow_token` names; an invitation that is wrong is none.
void read_invitation(Visit& visit) {
  const std::string* key = visit.page.find("flow_token");
  if (key == nullptr || key->size() < core::kMinGivenKey || key->size() > 1024) return;
  core::ListQuery query;
  query.equals["verifier"] = core::to_hex(core::key_verifier(*key));
  query.equals["intent"] = "verification";
  query.limit = 1;
  const auto found = visit.context.services.store.list(core::token_model(), query);
  if (found.empty()) return;
  const Object& token = found.front();
  const core::WallMs now = visit.context.services.tools.clock.wall();
  const bool expired = token.at("expiring").as_bool() && token.at("expires").is_int64() &&
                       now >= token.at("expires").get_int64();
  if (expired) return;
  if (token.at("plan") != "") {
    // It goes on with one flow, and opens no other.
    auto plan = mailed_plan(visit, token);
    if (!plan || plan->flow->slug != visit.flow->slug) return;
    visit.mailed = std::move(plan);
  }
  visit.who.invited = token.at("user").as_int64();
  visit.who.invitation = token.at("pk").as_string();
}

// What becomes of whom the flow is not for: `denied_action` of the flow.
std::optional<Response> passed_by(const Visit& visit) {
  const std::string* next = visit.page.find("next");
  if (visit.flow->denied_action == "message" || next == nullptr || next->empty() ||
      !is_local_path(*next)) {
    return std::nullopt;
  }
  return json_response(200, redirect_json(*next));
}

Response outcome_json(Visit& visit, const core::WebFlowOutcome& outcome, const core::FlowRun& run) {
  Context& context = visit.context;
  if (const auto* challenge = std::get_if<core::Challenge>(&outcome)) {
    Object shown = challenge_json(context, page_for(visit), *challenge, run);
    put_into_language(visit.who.language, shown);
    Response response = json_response(200, shown);
    response.delay = challenge->error.delay;
    return response;
  }
  if (std::holds_alternative<core::Finished>(outcome)) return finish(visit, run);
  if (const auto* refusal = std::get_if<core::Denied>(&outcome)) {
    if (context.session) context.sessions.drop_plan(*context.session);
    // A flow that has not begun passes by whoever it is not for.
    if (!run.plan.planned && run.plan.prompt_error.empty() && run.messages.empty()) {
      if (auto onwards = passed_by(visit)) return *std::move(onwards);
    }
    std::string why = run.plan.prompt_error;
    for (const std::string& message : run.messages) why += (why.empty() ? "" : " ") + message;
    Response response = denied(visit, why.empty() ? kDenied : std::string_view(why));
    response.delay = refusal->delay;
    return response;
  }
  return detail(503, "Logins cannot be decided at the moment. Try again.");
}

// Where this visitor stands in the flow: the kept plan, or a new one.
core::WebFlowOutcome stand(Visit& visit, core::FlowRun& run, bool& kept) {
  Context& context = visit.context;
  kept = false;
  if (context.session) {
    auto plan = context.sessions.plan(*context.session);
    if (plan && plan->redirected && plan->flow->slug == visit.flow->slug &&
        !visit.page.find("flow_token")) {
      kept = true;
      visit.from = *std::move(plan);
      visit.who.from = &*visit.from;
      return context.services.flows.start(visit.flow, visit.who, run);
    }
    if (plan && plan->flow->slug == visit.flow->slug && !visit.page.find("flow_token")) {
      kept = true;
      run.plan = *std::move(plan);
    } else if (plan && plan->flow->slug == visit.flow->slug && plan->vouched &&
               (!visit.mailed || plan->restored) &&
               (visit.who.invited == 0 || visit.who.invited == plan->pending_user)) {
      kept = true;  // the link led here before, and may be used up by now
      run.plan = *std::move(plan);
    }
  }
  if (kept) return context.services.flows.show(visit.who, run);
  if (visit.mailed) {
    run.plan = *visit.mailed;
    return context.services.flows.resume(visit.who, run);
  }
  return context.services.flows.start(visit.flow, visit.who, run);
}

core::UserId visitor_of(const Context& context) {
  return context.who.by == Identity::By::session ? context.who.user() : 0;
}

std::string brand_title(const Context& context) {
  Showing showing(context);
  for (const Object& brand : showing.all("authentik_brands.brand")) {
    const Value* title = brand.if_contains("branding_title");
    if (title != nullptr && title->is_string() && !title->get_string().empty()) {
      return std::string(title->get_string());
    }
  }
  return "postern";
}

std::optional<Response> begin(Context& context, Visit& visit) {
  const auto catalog = context.services.directory.catalog();
  const auto found = catalog->flows.find(std::string(context.param("slug")));
  if (found == catalog->flows.end() || found->second == nullptr) return detail(404, "Not found.");
  visit.flow = found->second;
  const std::string* inner = context.query.find("query");
  auto page = Query::parse(inner == nullptr ? std::string_view() : std::string_view(*inner));
  if (!page) return field_error("query", "The query cannot be read.");
  visit.page = *std::move(page);
  visit.remote = address_from_outpost(context).value_or(std::string());
  visit.who.outpost = !visit.remote.empty();
  visit.who.client = visit.who.outpost ? visit.remote : context.request.client;
  visit.who.proof = cookie(context.request.header("cookie"), kProofCookie);
  visit.who.known_device = cookie(context.request.header("cookie"), kDeviceCookie);
  visit.who.request_id = context.request.id;
  visit.who.http = {context.request.method, context.request.path, context.request.host,
                    context.request.header("user-agent"), context.request.secure};
  visit.who.user = visitor_of(context);
  visit.who.may_call_out = context.request.may_call_out;
  visit.who.brand = brand_title(context);
  visit.who.language = reading_language(context);
  if (const std::string* itoken = visit.page.find("itoken")) visit.who.itoken = *itoken;
  read_invitation(visit);
  // Somebody who is logged in need not log in.
  if (visit.flow->designation == "authentication" && visit.who.user != 0) {
    const auto next = next_page(visit);
    return next ? json_response(200, redirect_json(*next)) : denied(visit, "Invalid next URL");
  }
  if (!next_page(visit)) return denied(visit, "Invalid next URL");
  return std::nullopt;
}

bool claimed(const Context& context, const core::FlowRun& run) {
  return run.plan.claimed_until > context.services.tools.clock.wall();
}

// Of two answers to one challenge one is worked on. What stages and codes use up is written while
// the plan is claimed, and the plan moves behind it: if the server falls in between, a code is
// spent and nobody is let in; the claim runs out and the challenge can be answered anew.
bool claim(Context& context, core::FlowRun& run) {
  if (claimed(context, run)) return false;
  run.plan.claimed_until = context.services.tools.clock.wall() + kClaim;
  const bool mine = context.sessions.keep_plan(context.request, *context.session, run.plan);
  run.plan.claimed_until = 0;
  return mine;
}

Response show_challenge(Context& context) {
  Visit visit{context, nullptr, {}, {}, {}, {}, {}};
  if (auto early = begin(context, visit)) return *std::move(early);
  core::FlowRun run;
  bool kept = false;
  core::WebFlowOutcome outcome = stand(visit, run, kept);
  if (kept && std::holds_alternative<core::Denied>(outcome)) {
    // What was kept is of no use any more, for example because the user has changed.
    context.sessions.drop_plan(*context.session);
    run = {};
    visit.who.from = nullptr;
    outcome = context.services.flows.start(visit.flow, visit.who, run);
  }
  if (std::holds_alternative<core::WouldBlock>(outcome)) return call_out();
  ensure_session(context);
  // What its answer is held against has to be there when the answer comes. An answer that is being
  // worked on holds the plan as it is.
  if (std::holds_alternative<core::Challenge>(outcome) && run.plan.keep && !claimed(context, run)) {
    context.sessions.keep_plan(context.request, *context.session, run.plan);
  }
  // A flow without questions has an effect, which a mere visit must not have.
  if (std::holds_alternative<core::Finished>(outcome) && !run.plan.logged_out &&
      run.plan.logged_in && visit.who.from == nullptr) {
    return denied(visit, kDenied);
  }
  return outcome_json(visit, outcome, run);
}

std::string text_of(const Object& body, std::string_view name) {
  const Value* value = body.if_contains(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_int64()) return std::to_string(value->get_int64());
  return {};
}

// The texts that an answer's views point to.
struct Typed {
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<core::PromptAnswer::Field> fields;
  ~Typed() {
    for (auto& [name, value] : texts) std::fill(value.begin(), value.end(), '\0');
  }
};

core::Answer answer_of(const core::Challenge& due, const Object& body, Typed& typed) {
  const auto keep = [&](std::string_view name) -> std::string_view {
    typed.texts.emplace_back(name, text_of(body, name));
    return typed.texts.back().second;
  };
  typed.texts.reserve(body.size() + 4);
  if (std::holds_alternative<core::IdentificationChallenge>(due.ask)) {
    const std::string_view name = keep("uid_field");
    const std::string_view password = keep("password");
    const Value* passkey = body.if_contains("passkey");
    return core::IdentificationAnswer{name, password, keep("captcha_token"),
                                      passkey == nullptr ? nullptr : passkey->if_object()};
  }
  if (std::holds_alternative<core::PasswordChallenge>(due.ask)) {
    const std::string_view password = keep("password");
    return core::PasswordAnswer{password, password};
  }
  if (std::holds_alternative<core::AuthenticatorValidateChallenge>(due.ask)) {
    const std::string_view code = keep("code");
    if (!code.empty()) return core::CodeAnswer{code};
    return core::PageAnswer{&body};
  }
  if (std::holds_alternative<core::PageChallenge>(due.ask)) return core::PageAnswer{&body};
  for (const auto& item : body) {
    const std::string_view key(item.key().data(), item.key().size());
    if (key == "component" || item.value().is_object() || item.value().is_array()) continue;
    if (item.value().is_bool()) {
      typed.texts.emplace_back(key, item.value().get_bool() ? "true" : "false");
    } else {
      typed.texts.emplace_back(key, text_of(body, key));
    }
  }
  for (const auto& [key, value] : typed.texts) typed.fields.push_back({key, value});
  return core::PromptAnswer{typed.fields};
}

std::string_view component_of(const core::Challenge& challenge) {
  if (std::holds_alternative<core::IdentificationChallenge>(challenge.ask)) {
    return "ak-stage-identification";
  }
  if (std::holds_alternative<core::PasswordChallenge>(challenge.ask)) return "ak-stage-password";
  if (std::holds_alternative<core::PromptChallenge>(challenge.ask)) return "ak-stage-prompt";
  if (const auto* any = std::get_if<core::PageChallenge>(&challenge.ask)) return any->component;
  return "ak-stage-authenticator-validate";
}

// Whether the answer moved the plan: what only complains about the first question is not kept.
bool worth_keeping(const core::WebFlowOutcome& outcome, const core::FlowRun& run, bool kept) {
  const auto* challenge = std::get_if<core::Challenge>(&outcome);
  if (challenge == nullptr) return false;
  return kept || run.plan.keep || challenge->error.reason == core::Reason::none;
}

Response solve_challenge(Context& context) {
  if (!same_origin(context)) {
    return detail(403, "CSRF Failed: Origin checking failed - the request comes from elsewhere.");
  }
  Visit visit{context, nullptr, {}, {}, {}, {}, {}};
  if (auto early = begin(context, visit)) return *std::move(early);
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  core::FlowRun run;
  bool kept = false;
  core::WebFlowOutcome outcome = stand(visit, run, kept);
  if (std::holds_alternative<core::WouldBlock>(outcome)) return call_out();
  const auto* due = std::get_if<core::Challenge>(&outcome);
  if (due == nullptr) {
    ensure_session(context);
    return outcome_json(visit, outcome, run);
  }
  const std::string component = text_of(*body, "component");
  if (!component.empty() && component != component_of(*due)) {
    // A stale page: it is shown where the flow stands now.
    ensure_session(context);
    return outcome_json(visit, outcome, run);
  }
  Typed typed;
  const core::Answer answer = answer_of(*due, *body, typed);
  if (kept && !claim(context, run)) return denied(visit, kMoved);
  const core::Plan before = kept ? run.plan : core::Plan();
  outcome = context.services.flows.submit(answer, visit.who, run);
  const bool elsewhere = std::holds_alternative<core::WouldBlock>(outcome);
  if (!elsewhere) ensure_session(context);
  const bool keep = kept && (elsewhere || std::holds_alternative<core::Unavailable>(outcome));
  if (keep) run.plan = before;  // once more
  if ((keep || worth_keeping(outcome, run, kept)) &&
      !context.sessions.keep_plan(context.request, *context.session, run.plan)) {
    return denied(visit, kMoved);
  }
  if (elsewhere) return call_out();
  return outcome_json(visit, outcome, run);
}

}  // namespace

std::string default_flow(const Context& context, std::string_view designation) {
  Showing showing(context);
  const std::string field = "flow_" + std::string(designation);
  for (const Object& brand : showing.all("authentik_brands.brand")) {
    const Value* pk = brand.if_contains(field);
    const Object* flow = pk == nullptr ? nullptr : showing.related("authentik_flows.flow", *pk);
    if (flow != nullptr) return std::string(flow->at("slug").as_string());
  }
  const std::string usual = designation == "user_settings"
                                ? "default-user-settings-flow"
                                : "default-" + std::string(designation) + "-flow";
  const auto catalog = context.services.directory.catalog();
  // A recovery flow exists for whoever is invited; it is offered only where a brand says so.
  if (designation == "recovery") return {};
  return catalog->flows.contains(usual) ? usual : std::string();
}

void add_executor(Router& router) {
  router.add("GET", "/api/v3/flows/executor/{slug:slug}/", Door::open, &show_challenge);
  router.add("POST", "/api/v3/flows/executor/{slug:slug}/", Door::open, &solve_challenge);
}

}  // namespace postern::http
