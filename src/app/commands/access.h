#pragma once
// `postern access USER`: what a user may do now, without a login: through which application's
// provider it gets in, or what stands in the way, and what it would see of each LDAP tree, with the
// rule that says so. Policies that look at the request (address, time, gear) are not asked; it says
// so. Thread: the command's.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct AccessQuestion {
  std::string user;
  std::string service;  // slug of an application or name of a provider; "" = all
};
// kRefused: nobody has this name, or no provider fits; else kDone, whatever the answer is.
int show_access(CommandContext& context, const AccessQuestion& question);

}  // namespace postern::app
