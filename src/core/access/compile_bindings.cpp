#include "core/access/compile_bindings.h"

#include <algorithm>
#include <utility>

#include "core/access/stored_fields.h"
#include "core/policy/compile_policy.h"

namespace postern::core {
namespace {

namespace json = boost::json;
constexpr std::int64_t kMaxTimeoutSeconds = 60;
constexpr std::string_view kBindingModel = "authentik_policies.policybinding";

template <typename Use>
void each_entry(const StoredConfig& config, const Use& use) {
  for (const json::value& item : config.objects) {
    const json::object* entry = item.if_object();
    const json::value* body = entry == nullptr ? nullptr : member(*entry, "object");
    if (body != nullptr && body->is_object()) use(text_of(*entry, "model"), body->get_object());
  }
}

}  // namespace

void each_object(const StoredConfig& config, std::string_view model,
                 const std::function<void(const json::object&)>& use) {
  each_entry(config, [&](const std::string& kind, const json::object& object) {
    if (kind == model) use(object);
  });
}

void BindingCompiler::compile(const StoredConfig& config, std::vector<std::string>& problems) {
  each_entry(config, [&](const std::string& model, const json::object& row) {
    if (!is_policy_model(model)) return;
    auto policy = compile_policy(model, row, problems);
    policies_[policy->pk] = std::move(policy);
  });
  each_object(config, kBindingModel, [&](const json::object& row) {
    bindings_[key_text(member(row, "target"))].push_back(binding(row, problems));
  });
  for (auto& entry : bindings_) {
    std::stable_sort(entry.second.begin(), entry.second.end(),
                     [](const Binding& a, const Binding& b) { return a.order < b.order; });
  }
}

Binding BindingCompiler::binding(const json::object& row,
                                 std::vector<std::string>& problems) const {
  Binding out;
  out.order = static_cast<int>(integer_of(row, "order", 0));
  out.enabled = flag_of(row, "enabled", true);
  out.negate = flag_of(row, "negate", false);
  out.failure_result = flag_of(row, "failure_result", false);
  out.timeout = std::chrono::seconds(
      std::clamp<std::int64_t>(integer_of(row, "timeout", 30), 0, kMaxTimeoutSeconds));
  out.policy = key_text(member(row, "policy"));
  out.user = integer_of(row, "user", 0);
  const std::string group = key_text(member(row, "group"));
  const int subjects = (out.user != 0) + !group.empty() + !out.policy.empty();
  const std::string name = "policy binding " + key_text(member(row, "pk")) + ": ";
  if (subjects != 1) {
    problems.push_back(name + "names not exactly one of user, group and policy, it never passes");
  } else if (const auto rule = policies_.find(out.policy); rule != policies_.end()) {
    out.subject = Binding::Subject::policy;
    out.rule = rule->second;
  } else if (!out.policy.empty()) {
    problems.push_back(name + "its policy " + out.policy + " is missing, it never passes");
  } else if (out.user != 0) {
    out.subject = Binding::Subject::user;
  } else if ((out.group = group_number_(group)) != 0) {
    out.subject = Binding::Subject::group;
  } else {
    problems.push_back(name + "its group " + group + " is missing, it never passes");
  }
  return out;
}

Bindings BindingCompiler::of(const std::string& target, EngineMode mode) const {
  Bindings out;
  out.mode = mode;
  const auto found = bindings_.find(target);
  if (found != bindings_.end()) out.list = found->second;
  out.all_static = std::all_of(out.list.begin(), out.list.end(), [](const Binding& binding) {
    return binding.subject != Binding::Subject::policy;
  });
  return out;
}

}  // namespace postern::core
