#pragma once
// FlowExecutor: runs the stages of a flow for any front. start() plans the flow and goes to the
// first challenge; submit() answers the one that is due. Each call ends in a challenge, in
// Finished, or in a refusal; what is broken, missing or unknown refuses.
//
// Policies: those of the flow and of bindings with evaluate_on_plan are evaluated when the flow is
// planned, those with re_evaluate_policies when the stage comes up; a failing one skips its stage,
// a broken one denies the flow, since skipping could open it. With plan_after_identification the
// plan is made once the pending user is known (fronts whose request names the user); until then
// only identification stages run.
//
// Blocking::no never waits: a stage that needs a lane answers WouldBlock, the plan is then void and
// the front starts again there. Thread-safe; Plan and Attempt belong to the caller. Source:
// design.md 2 idea 2, 7; reference, flow executor 3.2-3.4.

#include <variant>

#include "core/access/policy_engine.h"
#include "core/credentials/code_check.h"
#include "core/credentials/password_check.h"
#include "core/flow/challenge.h"
#include "core/flow/plan.h"
#include "core/ports/directory.h"

namespace postern::core {

struct FlowRequest {
  std::shared_ptr<const Flow> flow;  // null: denied, flow_missing
  bool plan_after_identification = false;
  UserId user = 0;             // who runs it is known already: flows that need a login
  UserId invited = 0;          // whom a token names: the pending user of flows that need one
  Uuid invitation = {};        // that token
  bool require_code = false;   // the service wants a code even if no stage asks
  bool outpost = false;        // it comes through a front that asks for others: LDAP, RADIUS
  const Plan* from = nullptr;  // another flow has led here; what it carries is gone on with
};

struct StageTools {
  const Directory& directory;
  const PasswordCheck& passwords;
  const CodeCheck& codes;
  const Clock& clock;
};

// What a flow will still ask of this user.
struct CodeOutlook {
  bool asks = false;    // a stage will ask for a code, if the user owns a device
  bool certain = true;  // false: a policy that is not known yet decides
  CodeClasses classes{false, false};
};

// What policies are asked about at this point of a flow, or about access behind it.
Subject subject_of(Plan& plan, const Attempt& attempt) noexcept;

class FlowExecutor {
 public:
  explicit FlowExecutor(const StageTools& tools) : tools_(tools) {}

  FlowOutcome start(const FlowRequest& request, Plan& plan, Attempt& attempt) const;
  FlowOutcome submit(Plan& plan, const Answer& answer, Attempt& attempt) const;
  // A kept plan goes on behind its last challenge, as a mailed link does.
  FlowOutcome resume(Plan& plan, Attempt& attempt) const;
  // The challenge of the stage that is due, once more: for fronts whose page is loaded again.
  FlowOutcome show(Plan& plan, Attempt& attempt) const;

  // For fronts that hold all answers at once. The pending user is known.
  CodeOutlook code_outlook(const Plan& plan, const LoginRecord& record) const;

 private:
  FlowOutcome run(Plan& plan, Attempt& attempt) const;
  FlowOutcome take_user(UserId user, Plan& plan, Attempt& attempt) const;
  FlowOutcome load_pending_user(const Plan& plan, Attempt& attempt) const;

  const StageTools tools_;
};

}  // namespace postern::core
