#include "core/flow/executor.h"

#include <type_traits>
#include <utility>

#include "core/flow/stages/stage.h"

namespace postern::core {
namespace {

// Asked by the service itself when no stage of the flow has taken a code.
const Stage& required_code_stage() {
  static const Stage stage{.name = "required code",
                           .kind = StageKind::authenticator_validate,
                           .accepts_static = true,
                           .accepts_totp = true,
                           .not_configured = Stage::NotConfigured::deny};
  return stage;
}

// Who may start a flow of this level.
bool level_admits(const FlowRequest& request, bool superuser) noexcept {
  const std::string_view level = request.flow->authentication;
  const bool authenticated = request.user != 0;
  if (level.empty() || level == "none") return true;
  if (level == "require_token") return request.invited != 0;
  if (level == "require_superuser") return authenticated && superuser;
  if (level == "require_outpost") return request.outpost;
  if (level == "require_redirect") return request.from != nullptr;
  return authenticated ? level == "require_authenticated" : level == "require_unauthenticated";
}

// What is known of the visitor from the flow that has led here.
void take_over(const Plan& from, Plan& plan) {
  plan.pending_user = from.pending_user;
  plan.pretend_user = from.pretend_user;
  plan.identifier = from.identifier;
  plan.generation = from.generation;
  plan.auth_method = from.auth_method;
  plan.token = from.token;
  plan.vouched = from.vouched;
  plan.invitation = from.invitation;
  plan.code_verified = from.code_verified;
  plan.attempts = from.attempts;
  plan.written = from.written;
  plan.proven_stage = from.proven_stage;
  plan.proven_device = from.proven_device;
  plan.proof_ms = from.proof_ms;
  plan.context = from.context;
}

bool is_dropped(const Plan& plan, std::size_t position) noexcept {
  return (plan.dropped >> position & 1) != 0;
}

// none = planned.
Reason make_plan(Plan& plan, const Subject& subject) {
  const Flow& flow = *plan.flow;
  if (flow.broken || flow.steps.size() > Plan::kMaxSteps) return Reason::flow_denied;
  if (evaluate(flow.bindings, subject) != Verdict::pass) return Reason::flow_denied;
  for (std::size_t i = 0; i < flow.steps.size(); ++i) {
    if (!flow.steps[i].evaluate_on_plan) continue;
    const Verdict verdict = evaluate(flow.steps[i].bindings, subject);
    if (verdict == Verdict::unknown) return Reason::flow_denied;
    if (verdict == Verdict::fail) plan.dropped |= std::uint64_t{1} << i;
  }
  plan.planned = true;
  return Reason::none;
}

bool needs_required_code(const Plan& plan) noexcept {
  return plan.require_code && !plan.code_verified && plan.auth_method == AuthMethod::password;
}

// The stage that is due: the step's own, or the service's before the login and at the end.
const Stage* due_stage(const Plan& plan) noexcept {
  const auto& steps = plan.flow->steps;
  const bool end = plan.position >= steps.size();
  const bool before_login = !end && steps[plan.position].stage->kind == StageKind::user_login;
  if ((end || before_login) && needs_required_code(plan)) return &required_code_stage();
  return end ? nullptr : steps[plan.position].stage.get();
}

void advance(Plan& plan, const Stage& done) noexcept {
  plan.waiting = false;
  if (&done != &required_code_stage()) ++plan.position;
}

FlowOutcome widen(const StageResult& result) {
  return std::visit(
      [](const auto& one) -> FlowOutcome {
        using One = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<One, Passed>) {
          return Denied{Reason::flow_denied};  // callers go on instead
        } else {
          return one;
        }
      },
      result);
}

}  // namespace

Subject subject_of(Plan& plan, const Attempt& attempt) noexcept {
  Subject subject = plan.pending_user == 0 ? Subject{} : subject_of(attempt.record);
  if (attempt.candidate != nullptr && !attempt.candidate->password.empty()) {
    subject.candidate = attempt.candidate;
    subject.refusal = &plan.refusal;
  }
  if (attempt.judge == nullptr) return subject;
  subject.judge = attempt.judge;
  subject.messages = attempt.messages;
  PolicyCase& facts = subject.facts;
  if (plan.pending_user != 0) facts.record = &attempt.record;
  facts.identifier = plan.identifier.empty() ? attempt.name : std::string_view(plan.identifier);
  facts.client = attempt.source;
  facts.protocol = protocol_text(attempt.protocol);
  facts.application = attempt.application;
  if (plan.auth_method != AuthMethod::none) facts.auth_method = auth_method_text(plan.auth_method);
  if (plan.flow) facts.flow = plan.flow->slug;
  facts.request_id = attempt.request_id;
  facts.context = &plan.context;
  facts.http = attempt.http;
  facts.access = attempt.access;
  return subject;
}

FlowOutcome FlowExecutor::start(const FlowRequest& request, Plan& plan, Attempt& attempt) const {
  plan.reset();
  if (!request.flow) return Denied{Reason::flow_missing};
  plan.flow = request.flow;
  plan.require_code = request.require_code;
  forget(attempt.record);
  const UserId known_user = request.invited != 0 ? request.invited : request.user;
  if (known_user != 0) {
    if (const FlowOutcome known = take_user(known_user, plan, attempt);
        !std::holds_alternative<Finished>(known)) {
      return known;
    }
    plan.vouched = true;
  }
  if (request.invited != 0) plan.invitation = request.invitation;
  if (!level_admits(request, attempt.record.is_superuser)) return Denied{Reason::flow_denied};
  if (request.from != nullptr && (request.from->pending_user != 0 || request.from->pretend_user)) {
    take_over(*request.from, plan);
    if (FlowOutcome loaded = load_pending_user(plan, attempt);
        !std::holds_alternative<Finished>(loaded)) {
      return loaded;
    }
  }
  if (!request.plan_after_identification) {
    const Reason reason = make_plan(plan, subject_of(plan, attempt));
    if (reason != Reason::none) return Denied{reason};
  }
  return run(plan, attempt);
}

FlowOutcome FlowExecutor::submit(Plan& plan, const Answer& answer, Attempt& attempt) const {
  const Stage* stage = plan.flow == nullptr || plan.flow->broken ? nullptr : due_stage(plan);
  if (stage == nullptr || !plan.waiting) return Denied{Reason::flow_denied};
  ++plan.version;
  FlowOutcome loaded = load_pending_user(plan, attempt);
  if (!std::holds_alternative<Finished>(loaded)) return loaded;
  const StageContext context{*plan.flow, *stage, plan, attempt, tools_};
  const StageResult result = functions_of(stage->kind).answer(context, answer);
  if (!std::holds_alternative<Passed>(result)) return widen(result);
  advance(plan, *stage);
  return run(plan, attempt);
}

FlowOutcome FlowExecutor::resume(Plan& plan, Attempt& attempt) const {
  if (plan.flow == nullptr || plan.flow->broken) return Denied{Reason::flow_denied};
  plan.waiting = false;
  ++plan.version;
  const FlowOutcome loaded = load_pending_user(plan, attempt);
  if (!std::holds_alternative<Finished>(loaded)) return loaded;
  return run(plan, attempt);
}

FlowOutcome FlowExecutor::show(Plan& plan, Attempt& attempt) const {
  const Stage* stage = plan.flow == nullptr || plan.flow->broken ? nullptr : due_stage(plan);
  if (stage == nullptr || !plan.waiting) return Denied{Reason::flow_denied};
  const FlowOutcome loaded = load_pending_user(plan, attempt);
  if (!std::holds_alternative<Finished>(loaded)) return loaded;
  const StageContext context{*plan.flow, *stage, plan, attempt, tools_};
  // A stage with two questions has its second one due.
  if (stage->kind == StageKind::identification && (plan.pending_user != 0 || plan.pretend_user)) {
    return Challenge{PasswordChallenge{}, {}};
  }
  const StageResult result = functions_of(stage->kind).enter(context);
  if (std::holds_alternative<Passed>(result)) return Denied{Reason::flow_denied};
  return widen(result);
}

FlowOutcome FlowExecutor::take_user(UserId user, Plan& plan, Attempt& attempt) const {
  const Lookup found = tools_.directory.read_user(user, attempt.record);
  if (found == Lookup::unavailable) return Unavailable{Reason::directory_stale};
  if (found != Lookup::found) {
    forget(attempt.record);
    return Denied{Reason::unknown_user};
  }
  plan.pending_user = attempt.record.pk;
  plan.generation = attempt.record.generation;
  return Finished{};
}

// Finished = the attempt's record is that of the pending user, as it was found.
FlowOutcome FlowExecutor::load_pending_user(const Plan& plan, Attempt& attempt) const {
  if (plan.pending_user == 0) {
    forget(attempt.record);
    return Finished{};
  }
  if (attempt.record.pk != plan.pending_user) {
    const Lookup found = tools_.directory.read_user(plan.pending_user, attempt.record);
    if (found == Lookup::unavailable) return Unavailable{Reason::directory_stale};
    if (found != Lookup::found) {
      forget(attempt.record);
      return Denied{Reason::unknown_user};
    }
  }
  if (attempt.record.generation != plan.generation) return Denied{Reason::generation_moved};
  return Finished{};
}

FlowOutcome FlowExecutor::run(Plan& plan, Attempt& attempt) const {
  const auto& steps = plan.flow->steps;
  while (const Stage* stage = due_stage(plan)) {
    const Subject subject = subject_of(plan, attempt);
    if (!plan.planned && stage->kind != StageKind::identification) {
      const Reason reason = make_plan(plan, subject);
      if (reason != Reason::none) return Denied{reason};
    }
    if (stage != &required_code_stage()) {
      const FlowStep& step = steps[plan.position];
      const Verdict verdict =
          step.re_evaluate_policies ? evaluate(step.bindings, subject) : Verdict::pass;
      if (verdict == Verdict::unknown) return Denied{Reason::flow_denied};
      if (verdict == Verdict::fail || is_dropped(plan, plan.position)) {
        ++plan.position;
        continue;
      }
    }
    const StageContext context{*plan.flow, *stage, plan, attempt, tools_};
    const StageResult result = functions_of(stage->kind).enter(context);
    if (!std::holds_alternative<Passed>(result)) {
      plan.waiting = std::holds_alternative<Challenge>(result);
      return widen(result);
    }
    advance(plan, *stage);
  }
  if (!plan.planned) {
    const Reason reason = make_plan(plan, subject_of(plan, attempt));
    if (reason != Reason::none) return Denied{reason};
  }
  return Finished{};
}

CodeOutlook FlowExecutor::code_outlook(const Plan& plan, const LoginRecord& record) const {
  CodeOutlook out;
  if (plan.require_code) out = {true, true, {true, true}};
  if (plan.flow == nullptr) return out;
  const auto& steps = plan.flow->steps;
  for (std::size_t i = plan.position; i < steps.size() && i < Plan::kMaxSteps; ++i) {
    const FlowStep& step = steps[i];
    if (step.stage->kind != StageKind::authenticator_validate || is_dropped(plan, i)) continue;
    const bool decides = step.re_evaluate_policies || (step.evaluate_on_plan && !plan.planned);
    const Verdict verdict =
        decides ? evaluate(step.bindings, plan.pending_user == 0 ? Subject{} : subject_of(record))
                : Verdict::pass;
    if (verdict == Verdict::fail && step.bindings.all_static) continue;
    out.asks = true;
    out.certain = out.certain && (!decides || step.bindings.all_static);
    out.classes.totp = out.classes.totp || step.stage->accepts_totp;
    out.classes.static_codes = out.classes.static_codes || step.stage->accepts_static;
  }
  return out;
}

}  // namespace postern::core
