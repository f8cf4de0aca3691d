#include "bench/load_options.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <map>

namespace postern::bench {

namespace {

struct Preset {
  CaseKind kind;
  const char* container;
  const char* filter;
  const char* attributes;
  const char* expected_dn;
  std::uint64_t entries;
};

constexpr const char* kUsers = "ou=users,";
constexpr const char* kOneUser = "cn=%s,ou=users,";
constexpr const char* kGroups = "ou=groups,";

const std::map<std::string, Preset>& presets() {
  static const std::map<std::string, Preset> table{
      {"uid", {CaseKind::Search, kUsers, "(uid=%s)", "", "cn=%s,ou=users,", 1}},
      {"filter2",
       {CaseKind::Search, kUsers,
        "(&(objectClass=inetOrgPerson)(|(uid=%s)(mail=%s@bench.example)))", "", "cn=%s,ou=users,",
        1}},
      {"or2",
       {CaseKind::Search, kUsers, "(|(uid=%s)(mail=%s@bench.example))", "", "cn=%s,ou=users,", 1}},
      {"base", {CaseKind::Search, kOneUser, "(objectClass=*)", "", "cn=%s,ou=users,", 1}},
      {"member", {CaseKind::Search, kGroups, "(member=cn=%s,ou=users,@)", "cn", "*,ou=groups,", 2}},
      {"memberof",
       {CaseKind::Search, kUsers, "(memberOf=cn=%g,ou=groups,@)", "uid,cn,mail", "*,ou=users,",
        50}},
      {"dump", {CaseKind::Search, kUsers, "(objectClass=inetOrgPerson)", "", "*,ou=users,", 0}},
      {"bind", {CaseKind::Bind, kUsers, "(uid=%s)", "", "", 1}},
      {"pair", {CaseKind::Pair, kUsers, "(uid=%s)", "", "cn=%s,ou=users,", 1}},
      {"fresh", {CaseKind::Fresh, kUsers, "(uid=%s)", "", "cn=%s,ou=users,", 1}},
  };
  return table;
}

std::string with_base(std::string text, const std::string& base) {
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1))
    if (at > 0 && text[at - 1] == ',') text.replace(at, 1, base);
  return text;
}

void add_server(CLI::App& app, LoadOptions& o) {
  app.add_option("--host", o.host, "IPv4 address of the server");
  app.add_option("--port", o.port, "its LDAP port")->required();
  app.add_option("--pid", o.pid, "its process, for CPU and memory");
  app.add_option("--target", o.target, "its name in the report");
  app.add_option("--base", o.base, "naming context");
  app.add_option("--bind-dn", o.bind_dn, "search account; anonymous if left out");
  app.add_option("--bind-password", o.bind_password);
}

void add_users(CLI::App& app, LoadOptions& o) {
  app.add_option("--user-dn", o.user_dn, "template, default cn=%s,ou=users,BASE");
  app.add_option("--user-name", o.user_name, "name before the number");
  app.add_option("--team-name", o.team_name, "team name before the number");
  app.add_option("--team-size", o.team_size)->check(CLI::PositiveNumber);
  app.add_option("--password", o.password, "template, default secret-%s");
  app.add_option("--credentials", o.credentials, "file of user<TAB>secret lines instead");
  app.add_option("--first", o.first, "number of the first user");
  app.add_option("--users", o.users, "how many users take part")->check(CLI::PositiveNumber);
  app.add_flag("--sequential", o.sequential, "users in order instead of at random");
  app.add_flag("--once", o.once, "every user at most once");
  app.add_flag("--prime", o.prime, "bind every user once before measuring");
  app.add_option("--seed", o.seed);
}

void add_operation(CLI::App& app, LoadOptions& o) {
  std::string names;
  for (const auto& entry : presets()) names += (names.empty() ? "" : " | ") + entry.first;
  app.add_option("--case", o.case_name, names);
  app.add_option("--search-base", o.search_base, "template");
  app.add_option("--scope", o.scope, "0 base, 1 one level, 2 subtree")->check(CLI::Range(0, 2));
  app.add_option("--filter", o.filter, "RFC 4515 text; %s is the user, %g its team");
  app.add_option("--attributes", o.attributes, "comma separated");
  app.add_option("--expect-dn", o.expected_dn, "template; *TEXT compares the end only");
  app.add_option("--entries", o.entries, "entries that each search must return");
  app.add_option("--extra-entries", o.extra_entries, "that may come on top");
  app.add_option("--page-size", o.page_size, "0 = unpaged");
}

void add_load(CLI::App& app, LoadOptions& o) {
  app.add_option("--connections", o.connections)->check(CLI::Range(1, 20'000));
  app.add_option("--duration", o.duration, "seconds")->check(CLI::Range(0.1, 3600.0));
  app.add_option("--warmup", o.warmup, "seconds")->check(CLI::Range(0.0, 600.0));
  app.add_flag("--spin", o.spin, "never sleep while measuring: for a core of its own");
  app.add_option("--rate", o.rate, "operations per second; 0 = closed loop")
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--max-ops", o.max_operations);
  app.add_option("--patience", o.patience, "seconds for set-up and last answers")
      ->check(CLI::Range(1.0, 3600.0));
  app.add_flag("--json", o.json);
}

void apply_preset(const CLI::App& app, const Preset& preset, LoadOptions& o) {
  o.kind = preset.kind;
  if (o.user_dn.empty()) o.user_dn = "cn=%s,ou=users," + o.base;
  if (o.search_base.empty()) o.search_base = preset.container + o.base;
  if (app.count("--scope") == 0 && preset.container == kOneUser) o.scope = 0;
  if (o.filter.empty()) o.filter = with_base(preset.filter, o.base);
  if (app.count("--attributes") == 0) o.attributes = preset.attributes;
  if (app.count("--expect-dn") == 0 && *preset.expected_dn != 0)
    o.expected_dn = preset.expected_dn + o.base;
  if (app.count("--entries") == 0) o.entries = preset.entries != 0 ? preset.entries : o.users;
  o.sequential = o.sequential || o.once;
}

}  // namespace

int parse_options(int argc, char** argv, LoadOptions& options) {
  CLI::App app{"LDAP load over loopback: rates, latencies, server CPU per operation"};
  app.option_defaults()->take_last();
  add_server(app, options);
  add_users(app, options);
  add_operation(app, options);
  add_load(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  const auto preset = presets().find(options.case_name);
  if (preset == presets().end())
    return app.exit(CLI::ValidationError("--case", "no case '" + options.case_name + "'"));
  apply_preset(app, preset->second, options);
  return -1;
}

}  // namespace postern::bench
