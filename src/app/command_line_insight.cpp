#include <memory>

#include "app/command_line_parts.h"
#include "app/commands/access.h"
#include "app/commands/insight.h"
#include "app/commands/top.h"

namespace postern::app {

void add_insight(CLI::App& app, CommandLine& line) {
  const auto question = std::make_shared<ExplainQuestion>();
  auto* explain = app.add_subcommand("explain", "why the last logins ended as they did");
  explain->add_option("USERNAME", question->user);
  explain->add_option("--service", question->service, "of this application (slug) alone");
  explain->add_option("--client", question->client, "from this address alone");
  explain->add_option("--request", question->request,
                      "the login with this id, as the log and the client's error text have it");
  explain->add_flag("--refused", question->refused, "refusals alone");
  explain->add_option("--limit", question->limit, "so many at most (5)")
      ->check(CLI::Range(1, 1000));
  explain->callback([&line, question] {
    choose(line, [question](CommandContext& c) { return explain_logins(c, *question); });
  });

  const auto wanted = std::make_shared<AccessQuestion>();
  auto* access =
      app.add_subcommand("access", "where a user gets in and what it sees there, without a login");
  access->add_option("USERNAME", wanted->user)->required();
  access->add_option("--service", wanted->service, "at this application or provider alone");
  access->callback([&line, wanted] {
    choose(line, [wanted](CommandContext& c) { return show_access(c, *wanted); });
  });

  const auto look = std::make_shared<TopOptions>();
  auto* top = app.add_subcommand("top",
                                 "what the server is doing: live operations, latencies, "
                                 "busiest clients and filters");
  top->add_flag("--once", look->once, "one plain page, for scripts");
  top->add_option("--interval", look->seconds, "seconds that a page is about (1)")
      ->check(CLI::Range(1, 10));
  top->add_option("--rows", look->rows, "so many clients and filters (8)")
      ->check(CLI::Range(1, 100));
  top->callback([&line, look] {
    line.again_and_again = !look->once;
    choose(line, [look](CommandContext& c) { return show_top(c, *look); });
  });

  auto* events = app.add_subcommand("events", "the trail of events")->require_subcommand(1);
  events->add_subcommand("verify", "whether none was changed or removed")->callback([&line] {
    choose(line, verify_events);
  });
}

}  // namespace postern::app
