#pragma once
// postern user app-password: made for one application, protocol and network as far as one says so.
// The password is printed once, on stdout, and nowhere else.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/credentials.h"

namespace postern::app {

struct AppPasswordAdd : TokenCreate {
  std::vector<std::string> services;   // applications by slug, or providers by name
  std::vector<std::string> protocols;  // ldap, radius, http
  std::vector<std::string> networks;   // 192.0.2.0/24
  std::int64_t idle_days = 90;         // 0 = may rest as long as it likes
};
int add_app_password(CommandContext& context, const AppPasswordAdd& options);
int list_app_passwords(CommandContext& context, const std::string& user, bool json);

}  // namespace postern::app
