#include "core/notify/rules.h"

#include <set>
#include <utility>

#include "core/access/policy_engine.h"
#include "core/access/stored_fields.h"

namespace postern::core {
namespace {

NotificationRule read_rule(const boost::json::object& row) {
  NotificationRule rule;
  rule.pk = key_text(member(row, "pk"));
  rule.name = text_of(row, "name");
  rule.severity = text_of(row, "severity");
  rule.destination_group = key_text(member(row, "destination_group"));
  rule.destination_event_user = flag_of(row, "destination_event_user", false);
  const auto* list = member(row, "transports");
  if (list == nullptr || !list->is_array()) return rule;
  for (const auto& one : list->get_array()) rule.transports.push_back(key_text(&one));
  return rule;
}

}  // namespace

// What is wrong with bindings is said where the Catalog is made.
NotificationRules compile_rules(const StoredConfig& config,
                                const BindingCompiler::GroupNumbers& group_number) {
  std::vector<std::string> ignored;
  BindingCompiler compiler(group_number);
  compiler.compile(config, ignored);
  NotificationRules out;
  each_object(config, "authentik_events.notificationrule", [&](const boost::json::object& row) {
    NotificationRule rule = read_rule(row);
    rule.bindings = compiler.of(rule.pk, EngineMode::any);
    if (has_enabled(rule.bindings)) out.push_back(std::move(rule));
  });
  return out;
}

std::vector<std::string> actions_of(const NotificationRules& rules) {
  std::set<std::string> out;
  for (const NotificationRule& rule : rules) {
    for (const Binding& binding : rule.bindings.list) {
      if (!binding.enabled) continue;
      const bool names_one = binding.rule != nullptr &&
                             binding.rule->kind == Policy::Kind::event_matcher &&
                             !binding.rule->action.empty() && !binding.negate;
      if (!names_one) return {};
      out.insert(binding.rule->action);
    }
  }
  return {out.begin(), out.end()};
}

}  // namespace postern::core
