#pragma once
// `postern profile list | show NAME | test NAME`. `test` makes an account and a group for the
// moment, connects to the server's own LDAP listener as a client of that kind would, makes the
// profile's searches and binds, says what the client sees, and takes account and group away again.
//
// Errors: exit codes of context.h; `test` gives 1 when a check fails.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct ProfileTest {
  std::string name;
  std::string user;      // whom the checks are about; "" = the account made for the test
  std::string provider;  // name of the LDAP provider; "" = the first one with the profile
  std::string group;     // the test's account joins it, so that bindings let it in
};

int list_profiles(CommandContext& context);
int show_profile(CommandContext& context, const std::string& name);
int test_profile(CommandContext& context, const ProfileTest& options);

}  // namespace postern::app
