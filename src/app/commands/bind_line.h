#pragma once
// Copy-paste lines for clients: how an account binds at each LDAP provider.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

// "bind DN: ...\nldapsearch ...\n" for the first LDAP provider; "" when there is none.
std::string bind_lines(CommandContext& context, const std::string& username);

}  // namespace postern::app
