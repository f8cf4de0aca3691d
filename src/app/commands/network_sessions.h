#pragma once
// `postern radius sessions`, `disconnect`, `coa`: the stays of users in networks, as accounting
// told. Thread: the command's.

#include <cstddef>
#include <string>
#include <vector>

#include "app/commands/context.h"

namespace postern::app {

struct SessionList {
  std::string user, session_id;
  bool live = false, json = false;
  std::size_t limit = 100;
};
int list_sessions(CommandContext& context, const SessionList& options);

// A user name, the pk of a session or an Acct-Session-Id: his live sessions, or that one.
struct SessionTarget {
  std::string name;
  std::vector<std::string> changes;  // NAME=VALUE, for change_sessions()
};
// Asks their NAS to end the sessions; refused unless every one was acknowledged.
int disconnect_sessions(CommandContext& context, const SessionTarget& target);
// The same for new attributes (CoA); without any, what the reply rules say now.
int change_sessions(CommandContext& context, const SessionTarget& target);

}  // namespace postern::app
