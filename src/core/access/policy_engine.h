#pragma once
// The policy engine: does a set of bindings let this subject through? Every enabled binding is
// looked at; `any` needs one that passes, `all` none that does not; no enabled binding lets
// everybody pass. A dynamic policy that cannot answer counts as the binding's failure_result says,
// negated or not. A broken binding is neither: the verdict is `unknown` where it decides, and
// unknown never opens a door (negation does not turn it round either). Callers that would skip
// something on `fail` (a stage of a flow) have to deny on `unknown`. Thread: pure. Source:
// reference, policies 4.2.

#include <cstdint>
#include <span>

#include "core/access/catalog.h"
#include "core/model/login_record.h"
#include "core/policy/policy_case.h"

namespace postern::core {

struct Subject {
  UserId user = 0;                      // 0 = nobody known
  std::span<const GroupNumber> groups;  // closure, ascending
  // The password that a flow is about to set; without one a policy on passwords is unknown.
  const PasswordCandidate* candidate = nullptr;
  PolicyVerdict* refusal = nullptr;  // takes what a failing policy says
  // Who judges dynamic policies, and what of; without a judge they are unknown.
  const PolicyJudge* judge = nullptr;
  PolicyCase facts{};
  std::vector<std::string>* messages = nullptr;  // takes what they say to the person
  // Of a grant that was given: dynamic policies have let it in, static bindings are looked at anew.
  bool dynamic_as_granted = false;
};
inline Subject subject_of(const LoginRecord& record) noexcept {
  Subject subject;
  subject.user = record.pk;
  subject.groups = record.groups;
  return subject;
}

enum class Verdict : std::uint8_t { pass, fail, unknown };

// The same for many subjects whose groups are not at hand as a list: `in_group(number) -> bool`.
template <typename InGroup>
Verdict evaluate(const Bindings& bindings, UserId user, const InGroup& in_group) {
  bool considered = false, unknown = false;
  const Verdict decisive = bindings.mode == EngineMode::any ? Verdict::pass : Verdict::fail;
  for (const Binding& binding : bindings.list) {
    if (!binding.enabled) continue;
    considered = true;
    if (binding.subject == Binding::Subject::policy ||
        binding.subject == Binding::Subject::broken) {
      unknown = true;
      continue;
    }
    const bool match = binding.subject == Binding::Subject::user ? user != 0 && binding.user == user
                                                                 : in_group(binding.group);
    const Verdict one = match != binding.negate ? Verdict::pass : Verdict::fail;
    if (one == decisive) return decisive;
  }
  if (!considered) return Verdict::pass;
  if (unknown) return Verdict::unknown;
  return bindings.mode == EngineMode::any ? Verdict::fail : Verdict::pass;
}

Verdict evaluate(const Bindings& bindings, const Subject& subject);
bool has_enabled(const Bindings& bindings) noexcept;

}  // namespace postern::core
