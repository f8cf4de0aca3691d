#pragma once
// Commands that show what has happened: why the last logins ended as they did, and whether the
// trail of events is whole. Thread: the command's.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct ExplainQuestion {
  std::string user, service, client, request;  // "" = any
  bool refused = false;
  int limit = 5;
};
int explain_logins(CommandContext& context, const ExplainQuestion& question);

// Refused when a seal is wrong or an event is missing.
int verify_events(CommandContext& context);

}  // namespace postern::app
