#include "core/inline_solver.h"

namespace postern::core {

FlowOutcome InlineSolver::solve(Plan& plan, Attempt& attempt) {
  FlowRequest request;
  request.flow = service_.flow;
  request.plan_after_identification = true;
  request.outpost = true;
  request.require_code = service_.inline_code == InlineCode::required;
  FlowOutcome outcome = executor_.start(request, plan, attempt);
  // Each of the three answers is given once, so this ends.
  while (const auto* challenge = std::get_if<Challenge>(&outcome)) {
    const Challenge due = *challenge;
    outcome = answer(due, plan, attempt);
    if (left_over_) return outcome;
  }
  if (std::holds_alternative<Pending>(outcome)) return Denied{Reason::device_not_supported};
  return outcome;
}

FlowOutcome InlineSolver::answer(const Challenge& challenge, Plan& plan, Attempt& attempt) {
  if (challenge.error.reason != Reason::none) {
    return Denied{challenge.error.reason, challenge.error.delay};
  }
  if (std::holds_alternative<IdentificationChallenge>(challenge.ask)) {
    if (named_) return Denied{Reason::flow_denied};
    named_ = true;
    return executor_.submit(plan, IdentificationAnswer{attempt.name, {}}, attempt);
  }
  if (std::holds_alternative<PasswordChallenge>(challenge.ask))
    return answer_password(plan, attempt);
  if (std::holds_alternative<PromptChallenge>(challenge.ask)) {
    return Denied{Reason::stage_unsupported};  // a login that asks for more than it was given
  }
  if (split_.code.empty() && service_.may_ask && !code_given_) {
    left_over_ = true;
    return challenge;
  }
  return answer_code(plan, attempt);
}

FlowOutcome InlineSolver::answer_password(Plan& plan, Attempt& attempt) {
  if (password_given_) return Denied{Reason::flow_denied};
  password_given_ = true;
  split_ = {text_, {}};
  const LoginRecord& record = attempt.record;
  if (record.pk != 0 && attempt.proof == nullptr && service_.cut &&
      service_.inline_code != InlineCode::off &&
      (!record.totp.empty() || record.has_static_device || !record.static_codes.empty())) {
    const CodeOutlook outlook = executor_.code_outlook(plan, record);
    const SplitRule rule{service_.inline_code, service_.separator,
                         !outlook.asks     ? CodeDemand::no
                         : outlook.certain ? CodeDemand::yes
                                           : CodeDemand::maybe};
    const CodeShapes shapes =
        code_shapes(record, outlook.classes.totp, outlook.classes.static_codes);
    const SplitText cut = split_by_shape(text_, shapes, rule);
    const bool look = !cut.code.empty() && depends_on_code(rule);
    const bool fits = look && (codes_.leased(attempt, cut.code) ||
                               codes_.peek(record, cut.code, outlook.classes));
    split_ = split(text_, shapes, rule, fits);
  }
  return executor_.submit(plan, PasswordAnswer{split_.password, text_}, attempt);
}

FlowOutcome InlineSolver::answer_code(Plan& plan, Attempt& attempt) {
  if (code_given_) return Denied{Reason::code_wrong};
  code_given_ = true;
  if (split_.code.empty()) return Denied{Reason::code_missing};
  return executor_.submit(plan, CodeAnswer{split_.code}, attempt);
}

}  // namespace postern::core
