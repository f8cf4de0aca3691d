#include <memory>

#include "app/command_line_parts.h"
#include "app/commands/app_passwords.h"
#include "app/commands/objects.h"

namespace postern::app {

void add_app_passwords(CLI::App& user, CommandLine& line) {
  auto* parent = user.add_subcommand("app-password", "passwords for one application, made here")
                     ->require_subcommand(1);
  const auto options = std::make_shared<AppPasswordAdd>();
  auto* add = parent->add_subcommand("add", "make one; prints it alone, once");
  add->add_option("USERNAME", options->user)->required();
  add->add_option("IDENTIFIER", options->identifier, "its unique name")->required();
  add->add_option("--service", options->services,
                  "good for this application (slug) alone; may be repeated")
      ->allow_extra_args(false);
  add->add_option("--protocol", options->protocols, "ldap, radius or http alone; may be repeated")
      ->allow_extra_args(false);
  add->add_option("--network", options->networks,
                  "good from this network alone, such as 192.0.2.0/24; may be repeated")
      ->allow_extra_args(false);
  add->add_option("--idle-days", options->idle_days,
                  "expires when not used for so many days (90); 0 = does not");
  add->add_option("--expires", options->expires, "a time such as 2027-01-31T00:00:00Z");
  add->add_option("--description", options->description);
  add->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return add_app_password(c, *options); });
  });
  const auto name = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  auto* list = parent->add_subcommand("list", "those of a user");
  list->add_option("USERNAME", *name)->required();
  list->add_flag("--json", *json, "print JSON");
  list->callback([&line, name, json] {
    choose(line, [name, json](CommandContext& c) { return list_app_passwords(c, *name, *json); });
  });
  auto* erase = parent->add_subcommand("delete", "delete one");
  erase->add_option("IDENTIFIER", *name)->required();
  erase->callback([&line, name] {
    choose(line, [name](CommandContext& c) {
      return delete_object(c, core::token_model(), *name, {{"intent", "app_password"}});
    });
  });
}

}  // namespace postern::app
