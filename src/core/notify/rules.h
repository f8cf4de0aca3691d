#pragma once
// Notification rules as stored -> what the dispatcher works with: only those that have an enabled
// binding, since the others tell nobody. Thread: pure.

#include <memory>
#include <string>
#include <vector>

#include "core/access/compile_bindings.h"

namespace postern::core {

// Which events are told to whom, and how.
struct NotificationRule {
  std::string pk, name, severity;
  std::string destination_group;        // pk, "" = none
  bool destination_event_user = false;  // whom the event is about
  std::vector<std::string> transports;  // pks; none = shown in the web interface
  Bindings bindings;                    // any of them
};
using NotificationRules = std::vector<NotificationRule>;

NotificationRules compile_rules(const StoredConfig& config,
                                const BindingCompiler::GroupNumbers& group_number);

// The actions that any rule can match; empty: any. So that logins, which come by the thousand, are
// not even read where no rule asks for them.
std::vector<std::string> actions_of(const NotificationRules& rules);

}  // namespace postern::core
