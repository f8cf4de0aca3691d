#pragma once
// Commands on credentials: tokens and code devices. What is generated is printed once, on stdout,
// and nowhere else.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct TokenCreate {
  std::string user, identifier, intent = "app_password", description;
  std::string expires;  // RFC 3339, "" = never
};
// `more` may add fields to those of the options.
using MoreOfToken = std::function<core::Outcome<core::Done>(core::Transaction&, core::Objects&,
                                                            core::Object& attrs)>;
int create_token(CommandContext& context, const TokenCreate& options, const MoreOfToken& more = {});

struct TotpCreate {
  std::string user, name = "TOTP";
  int digits = 6;
  int step = 30;
};
int add_totp(CommandContext& context, const TotpCreate& options);  // context.secret = key, if given

struct StaticCreate {
  std::string user, name = "static codes";
  int count = 6;
};
int add_static(CommandContext& context, const StaticCreate& options);

int list_devices(CommandContext& context, const std::string& user, bool json);
int show_device(CommandContext& context, const std::string& pk, bool json);
int set_device(CommandContext& context, const std::string& pk,
               const std::vector<std::string>& assignments);
int delete_device(CommandContext& context, const std::string& pk);

}  // namespace postern::app
