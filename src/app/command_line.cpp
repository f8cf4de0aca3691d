#include "app/command_line.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "app/command_line_parts.h"
#include "app/commands/accounts.h"
#include "app/commands/backup.h"
#include "app/commands/credentials.h"
#include "app/commands/export.h"
#include "app/commands/maintenance.h"
#include "app/commands/network_passwords.h"
#include "app/commands/objects.h"
#include "app/commands/profiles.h"
#include "app/config/nearest.h"
#include "app/import/import.h"
#include "app/version.h"

namespace postern::app {
namespace {

using core::group_model;
using core::Model;
using core::token_model;
using core::user_model;

using Line = CommandLine;

// list, show, set and delete, alike for every kind of object.
void add_object_commands(CLI::App& parent, Line& line, const Model& model, core::Object equals,
                         std::vector<std::string> columns) {
  const auto options = std::make_shared<ListOptions>();
  options->equals = std::move(equals);
  options->columns = std::move(columns);
  auto* list = parent.add_subcommand("list", "list, as a table or as JSON");
  list->add_option("--search", options->search, "only those that contain this text");
  list->add_option("--limit", options->limit, "at most so many (100)")
      ->check(CLI::Range(1, 100000));
  list->add_option("--offset", options->offset, "skip so many first");
  list->add_flag("--json", options->json, "print JSON");
  list->callback([&line, &model, options] {
    choose(line, [&model, options](CommandContext& c) { return list_objects(c, model, *options); });
  });

  const auto name = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  auto* show = parent.add_subcommand("show", "show one");
  show->add_option("NAME", *name, "its name or pk")->required();
  show->add_flag("--json", *json, "print JSON");
  show->callback([&line, &model, name, json, options] {
    choose(line, [&model, name, json, options](CommandContext& c) {
      return show_object(c, model, *name, *json, options->equals);
    });
  });

  const auto fields = std::make_shared<std::vector<std::string>>();
  auto* set = parent.add_subcommand("set", "change fields");
  set->add_option("NAME", *name, "its name or pk")->required();
  set->add_option("FIELD=VALUE", *fields, "fields as in the API; lists and maps as JSON")
      ->required();
  set->callback([&line, &model, name, fields, options] {
    choose(line, [&model, name, fields, options](CommandContext& c) {
      return set_object(c, model, *name, *fields, options->equals);
    });
  });

  auto* erase = parent.add_subcommand("delete", "delete one");
  erase->add_option("NAME", *name, "its name or pk")->required();
  erase->callback([&line, &model, name, options] {
    choose(line, [&model, name, options](CommandContext& c) {
      return delete_object(c, model, *name, options->equals);
    });
  });
}

void add_network_password(CLI::App& user, Line& line) {
  auto* all = user.add_subcommand("network-password",
                                  "passwords of devices for CHAP, MS-CHAP and PEAP over RADIUS");
  all->require_subcommand(1);
  const auto options = std::make_shared<NetworkPasswordCreate>();
  auto* add = all->add_subcommand("add", "make one; prints it alone, once");
  add->add_option("USERNAME", options->user)->required();
  add->add_option("--device", options->device, "where it will be used")->required();
  add->add_option("--expires", options->expires, "a time such as 2027-01-31T00:00:00Z");
  add->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return add_network_password(c, *options); });
  });
  const auto json = std::make_shared<bool>(false);
  auto* list = all->add_subcommand("list", "those of a user");
  list->add_option("USERNAME", options->user)->required();
  list->add_flag("--json", *json, "print JSON");
  list->callback([&line, options, json] {
    choose(line, [options, json](CommandContext& c) {
      return list_network_passwords(c, options->user, *json);
    });
  });
  auto* erase = all->add_subcommand("delete", "revoke one");
  erase->add_option("USERNAME", options->user)->required();
  erase->add_option("--device", options->device)->required();
  erase->callback([&line, options] {
    choose(line, [options](CommandContext& c) {
      return delete_network_password(c, options->user, options->device);
    });
  });
}

void add_user(CLI::App& app, Line& line) {
  auto* user = app.add_subcommand("user", "users")->require_subcommand(1);
  const auto options = std::make_shared<UserCreate>();
  auto* create = user->add_subcommand("create", "create a user");
  create->add_option("USERNAME", options->username)->required();
  create->add_option("FIELD=VALUE", options->assignments, "further fields");
  create->add_option("--name", options->name, "full name");
  create->add_option("--email", options->email);
  create->add_option("--type", options->type, "internal, external, service_account");
  create->add_option("--group", options->groups, "a group to join; may be repeated")
      ->allow_extra_args(false);
  create->add_flag("--inactive", options->inactive, "may not log in yet");
  password_option(*create, line);
  create->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return create_user(c, *options); });
  });
  const auto name = std::make_shared<std::string>();
  auto* unlock = user->add_subcommand("unlock", "lift a temporary refusal after wrong passwords");
  unlock->add_option("USERNAME", *name)->required();
  unlock->callback(
      [&line, name] { choose(line, [name](CommandContext& c) { return unlock_user(c, *name); }); });
  add_network_password(*user, line);
  add_app_passwords(*user, line);
  add_object_commands(*user, line, user_model(), {},
                      {"pk", "username", "name", "email", "is_active", "type"});
}

void add_group(CLI::App& app, Line& line) {
  auto* group = app.add_subcommand("group", "groups")->require_subcommand(1);
  const auto options = std::make_shared<GroupCreate>();
  auto* create = group->add_subcommand("create", "create a group");
  create->add_option("NAME", options->name)->required();
  create->add_option("FIELD=VALUE", options->assignments, "further fields");
  create->add_option("--parent", options->parents, "a parent group; may be repeated")
      ->allow_extra_args(false);
  create->add_option("--member", options->members, "a user to add; may be repeated")
      ->allow_extra_args(false);
  create->add_flag("--superuser", options->superuser, "members are administrators");
  create->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return create_group(c, *options); });
  });
  const auto name = std::make_shared<std::string>();
  const auto users = std::make_shared<std::vector<std::string>>();
  for (const bool add : {true, false}) {
    auto* members = group->add_subcommand(
        add ? "add" : "remove", add ? "add users to a group" : "remove users from a group");
    members->add_option("GROUP", *name)->required();
    members->add_option("USER", *users)->required();
    members->callback([&line, name, users, add] {
      choose(line, [name, users, add](CommandContext& c) {
        return change_members(c, *name, *users, add);
      });
    });
  }
  add_object_commands(*group, line, group_model(), {},
                      {"pk", "name", "is_superuser", "gid_number"});
}

void add_token(CLI::App& app, Line& line) {
  auto* token = app.add_subcommand("token", "app passwords and API tokens")->require_subcommand(1);
  const auto options = std::make_shared<TokenCreate>();
  auto* create = token->add_subcommand("create", "create a token; prints its key alone, once");
  create->add_option("--user", options->user)->required();
  create->add_option("--identifier", options->identifier, "its unique name")->required();
  create->add_option("--intent", options->intent, "app_password (default), api, recovery");
  create->add_option("--description", options->description);
  create->add_option("--expires", options->expires, "a time such as 2027-01-31T00:00:00Z");
  create->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return create_token(c, *options); });
  });
  add_object_commands(*token, line, token_model(), {},
                      {"identifier", "intent", "user", "expires", "last_used", "description"});
}

void add_service_account(CLI::App& app, Line& line) {
  auto* account =
      app.add_subcommand("service-account", "accounts of machines")->require_subcommand(1);
  const auto options = std::make_shared<ServiceAccountCreate>();
  auto* create = account->add_subcommand("create", "create one with an app password");
  create->add_option("NAME", options->name)->required();
  create->add_option("--group", options->groups, "a group to join; may be repeated")
      ->allow_extra_args(false);
  create->add_flag("--search", options->search, "may search the full directory");
  create->add_flag("--quiet", options->quiet, "print the password alone");
  create->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return create_service_account(c, *options); });
  });
  add_object_commands(*account, line, user_model(), {{"type", "service_account"}},
                      {"pk", "username", "is_active", "permissions", "last_login"});
}

void add_device(CLI::App& app, Line& line) {
  auto* device = app.add_subcommand("device", "code devices of users")->require_subcommand(1);
  const auto totp = std::make_shared<TotpCreate>();
  auto* add = device->add_subcommand("add-totp", "add a TOTP device; prints its otpauth URI, once");
  add->add_option("--user", totp->user)->required();
  add->add_option("--name", totp->name);
  add->add_option("--digits", totp->digits, "6 (default) or 8");
  add->add_option("--step", totp->step, "seconds (30)");
  add->add_flag_callback(
      "--key-stdin", [&line] { line.secret = Line::SecretInput::standard_input; },
      "read the key from standard input: hex, or base32:...");
  add->callback(
      [&line, totp] { choose(line, [totp](CommandContext& c) { return add_totp(c, *totp); }); });
  const auto codes = std::make_shared<StaticCreate>();
  auto* fixed = device->add_subcommand("add-static", "add static codes; prints them, once");
  fixed->add_option("--user", codes->user)->required();
  fixed->add_option("--name", codes->name);
  fixed->add_option("--count", codes->count, "how many (6)")->check(CLI::Range(1, 100));
  fixed->callback([&line, codes] {
    choose(line, [codes](CommandContext& c) { return add_static(c, *codes); });
  });
  const auto user = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  auto* list = device->add_subcommand("list", "list the devices of a user");
  list->add_option("--user", *user)->required();
  list->add_flag("--json", *json, "print JSON");
  list->callback([&line, user, json] {
    choose(line, [user, json](CommandContext& c) { return list_devices(c, *user, *json); });
  });
  const auto pk = std::make_shared<std::string>();
  const auto fields = std::make_shared<std::vector<std::string>>();
  auto* show = device->add_subcommand("show", "show one");
  show->add_option("PK", *pk)->required();
  show->add_flag("--json", *json, "print JSON");
  show->callback([&line, pk, json] {
    choose(line, [pk, json](CommandContext& c) { return show_device(c, *pk, *json); });
  });
  auto* set = device->add_subcommand("set", "change fields, for example name=Phone");
  set->add_option("PK", *pk)->required();
  set->add_option("FIELD=VALUE", *fields)->required();
  set->callback([&line, pk, fields] {
    choose(line, [pk, fields](CommandContext& c) { return set_device(c, *pk, *fields); });
  });
  auto* erase = device->add_subcommand("delete", "delete one");
  erase->add_option("PK", *pk)->required();
  erase->callback(
      [&line, pk] { choose(line, [pk](CommandContext& c) { return delete_device(c, *pk); }); });
}

void add_maintenance(CLI::App& app, Line& line) {
  app.add_subcommand("serve", "run the server in the foreground")->callback([&line] {
    line.kind = Line::Kind::serve;
  });
  app.add_subcommand("check", "check configuration and blueprints without starting")
      ->callback([&line] { line.kind = Line::Kind::check; });

  const auto dry = std::make_shared<bool>(false);
  auto* apply = app.add_subcommand("apply", "apply blueprint files");
  apply->add_option("FILE", line.inputs)->required();
  apply->add_flag("--dry-run", *dry, "print the difference, change nothing");
  apply->callback(
      [&line, dry] { choose(line, [dry](CommandContext& c) { return apply_files(c, *dry); }); });

  const auto options = std::make_shared<ImportOptions>();
  auto* taken = app.add_subcommand("import", "import users and groups from LDIF or CSV");
  taken->add_option("FILE", line.inputs)->required()->expected(1);
  taken->add_option("--format", options->format, "ldif or csv; by the file's name if absent");
  taken->add_flag("--update", options->update, "change users and groups that exist already");
  taken->add_flag("--dry-run", options->dry_run, "report, change nothing");
  taken->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return import_file(c, *options); });
  });
}

void add_directory(CLI::App& app, Line& line) {
  auto* directory = app.add_subcommand("directory", "the read model")->require_subcommand(1);
  directory->add_subcommand("rebuild", "build it anew from the store")->callback([&line] {
    choose(line, directory_rebuild);
  });
  directory->add_subcommand("status", "entries, lag, size")->callback([&line] {
    choose(line, directory_status);
  });
}

void add_copies(CLI::App& app, Line& line) {
  auto* backup = app.add_subcommand("backup", "a verified copy of the database");
  backup->add_option("FILE", line.backup, "a new file, or a folder that gets one named by the time")
      ->required();
  backup->add_option("--keep", line.keep, "in a folder: remove older copies beyond so many")
      ->check(CLI::Range(1, 100000));
  backup->callback([&line] { choose(line, back_up); });

  auto* restore = app.add_subcommand("restore", "put a copy in the database's place");
  restore->add_option("FILE", line.inputs, "made by backup")->required()->expected(1);
  restore->callback([&line] { line.kind = Line::Kind::restore; });

  auto* key = app.add_subcommand("sealing-key", "the key of secrets in the database")
                  ->require_subcommand(1);
  auto* rotate =
      key->add_subcommand("rotate", "seal everything with a new one; the server stopped");
  rotate->add_flag("--leave-unreadable", line.leave_unreadable,
                   "go on although some secrets do not open with the present key");
  rotate->callback([&line] { line.kind = Line::Kind::rotate; });

  const auto options = std::make_shared<ExportOptions>();
  auto* dump = app.add_subcommand("export", "users and groups as LDIF");
  dump->add_flag("--ldif", options->ldif, "the format, the only one");
  dump->add_option("--provider", options->provider, "as this LDAP provider shows them");
  dump->add_flag("--with-password-hashes", options->hashes, "also userPassword");
  dump->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return export_ldif(c, *options); });
  });
}

void add_profile(CLI::App& app, Line& line) {
  auto* profile =
      app.add_subcommand("profile", "how LDAP clients see the tree")->require_subcommand(1);
  profile->add_subcommand("list", "all profiles")->callback([&line] {
    choose(line, list_profiles);
  });
  const auto options = std::make_shared<ProfileTest>();
  auto* show = profile->add_subcommand("show", "the file of one profile, to start your own from");
  show->add_option("NAME", options->name)->required();
  show->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return show_profile(c, options->name); });
  });
  auto* test = profile->add_subcommand(
      "test", "make the searches and binds of such a client at the running server");
  test->add_option("NAME", options->name)->required();
  test->add_option("--user", options->user,
                   "about this user (with --password-stdin it binds, too); else about an account "
                   "made for the moment");
  test->add_option("--provider", options->provider, "of this LDAP provider");
  test->add_option("--group", options->group, "a group whose members the application lets in");
  password_option(*test, line);
  test->callback([&line, options] {
    choose(line, [options](CommandContext& c) { return test_profile(c, *options); });
  });
}

void add_rescue(CLI::App& app, Line& line) {
  const auto user = std::make_shared<std::string>();
  auto* password = app.add_subcommand("changepassword", "set a user's password");
  password->add_option("USERNAME", *user)->required();
  password_option(*password, line);
  password->callback([&line, user] {
    if (line.secret == Line::SecretInput::none) line.secret = Line::SecretInput::prompt_twice;
    line.secret_prompt = "New password for " + *user;
    choose(line, [user](CommandContext& c) { return change_password(c, *user); });
  });
  const auto years = std::make_shared<std::int64_t>(1);
  auto* key =
      app.add_subcommand("create_recovery_key", "print a one-time link that logs a user in");
  key->add_option("YEARS", *years, "how long it is valid")->required()->check(CLI::Range(1, 100));
  key->add_option("USERNAME", *user)->required();
  key->callback([&line, years, user] {
    choose(line,
           [years, user](CommandContext& c) { return create_recovery_key(c, *years, *user); });
  });
}

// The word that is no command, and what is near it; "" when no command is missing.
std::string unknown_command(CLI::App& app) {
  CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  const std::vector<CLI::App*> known = at->get_subcommands([](CLI::App*) { return true; });
  const std::vector<std::string> left = app.remaining(true);
  if (left.empty() || known.empty()) return {};
  std::vector<std::string> names;
  for (const CLI::App* one : known) names.push_back(one->get_name());
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return "there is no command \"" + left.front() + "\"" + suggestion(left.front(), candidates);
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& args) {
  CommandLine line;
  CLI::App app("postern: LDAP and RADIUS in front of an identity core", "postern");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("postern ") + std::string(kVersion));
  app.add_option("--config", line.config,
                 "configuration file; else $POSTERN_CONFIG, ./state/postern.yaml, "
                 "/etc/postern/postern.yaml");
  app.fallthrough();
  add_maintenance(app, line);
  add_radius(app, line);
  add_directory(app, line);
  add_rescue(app, line);
  add_copies(app, line);
  add_profile(app, line);
  add_user(app, line);
  add_group(app, line);
  add_token(app, line);
  add_service_account(app, line);
  add_device(app, line);
  add_insight(app, line);
  try {
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    line.text =
        app.get_subcommands().empty() ? app.help() : app.help("", CLI::AppFormatMode::Normal);
  } catch (const CLI::CallForVersion& version) {
    line.text = std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(app);
    line.text = "postern: " + (unknown.empty() ? std::string(error.what()) : unknown) +
                "\nRun with --help for more.\n";
    line.exit_code = kUsage;
    line.kind = CommandLine::Kind::text;
  }
  return line;
}

}  // namespace postern::app
