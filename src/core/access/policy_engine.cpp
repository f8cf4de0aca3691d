#include "core/access/policy_engine.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace postern::core {
namespace {

Verdict evaluate_dynamic(const Binding& binding, const Subject& subject) {
  if (subject.dynamic_as_granted) return Verdict::pass;
  if (subject.judge == nullptr) return Verdict::unknown;
  PolicyAnswer answer = subject.judge->judge(*binding.rule, subject.facts, binding.timeout);
  if (subject.messages != nullptr) {
    std::move(answer.messages.begin(), answer.messages.end(),
              std::back_inserter(*subject.messages));
  }
  if (answer.result == PolicyAnswer::Result::error) {
    return binding.failure_result ? Verdict::pass : Verdict::fail;
  }
  const bool passed = answer.result == PolicyAnswer::Result::pass;
  return passed != binding.negate ? Verdict::pass : Verdict::fail;
}

Verdict evaluate_one(const Binding& binding, const Subject& subject) {
  bool match = false;
  switch (binding.subject) {
    case Binding::Subject::user:
      match = subject.user != 0 && binding.user == subject.user;
      break;
    case Binding::Subject::group:
      match = std::binary_search(subject.groups.begin(), subject.groups.end(), binding.group);
      break;
    case Binding::Subject::policy: {
      if (binding.rule == nullptr) return Verdict::unknown;
      if (binding.rule->is_dynamic()) return evaluate_dynamic(binding, subject);
      if (subject.candidate == nullptr) return Verdict::unknown;
      PolicyVerdict verdict = judge(*binding.rule, *subject.candidate);
      match = verdict.passed();
      if (!match && subject.refusal != nullptr) *subject.refusal = std::move(verdict);
      break;
    }
    case Binding::Subject::broken:
      return Verdict::unknown;
  }
  return match != binding.negate ? Verdict::pass : Verdict::fail;
}

}  // namespace

Verdict evaluate(const Bindings& bindings, const Subject& subject) {
  bool considered = false, unknown = false;
  const Verdict decisive = bindings.mode == EngineMode::any ? Verdict::pass : Verdict::fail;
  for (const Binding& binding : bindings.list) {
    if (!binding.enabled) continue;
    considered = true;
    const Verdict one = evaluate_one(binding, subject);
    if (one == decisive) return decisive;
    unknown = unknown || one == Verdict::unknown;
  }
  if (!considered) return Verdict::pass;
  if (unknown) return Verdict::unknown;
  return bindings.mode == EngineMode::any ? Verdict::fail : Verdict::pass;
}

bool has_enabled(const Bindings& bindings) noexcept {
  return std::any_of(bindings.list.begin(), bindings.list.end(),
                     [](const Binding& binding) { return binding.enabled; });
}

}  // namespace postern::core
