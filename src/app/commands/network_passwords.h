#pragma once
// Commands on network passwords: one per user and device. A new one is printed once, on stdout, and
// nowhere else.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct NetworkPasswordCreate {
  std::string user, device;
  std::string expires;  // RFC 3339, "" = never
};
int add_network_password(CommandContext& context, const NetworkPasswordCreate& options);
int list_network_passwords(CommandContext& context, const std::string& user, bool json);
int delete_network_password(CommandContext& context, const std::string& user,
                            const std::string& device);

}  // namespace postern::app
