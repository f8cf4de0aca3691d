// The commands below `radius`.

#include <CLI/CLI.hpp>

#include <memory>

#include "app/command_line_parts.h"
#include "app/commands/network_sessions.h"
#include "app/commands/radius.h"

namespace postern::app {
namespace {

using Line = CommandLine;

void add_network_sessions(CLI::App& radius, Line& line) {
  const auto list = std::make_shared<SessionList>();
  auto* sessions = radius.add_subcommand("sessions", "who is, and was, in the network");
  sessions->add_option("--user", list->user, "of this user");
  sessions->add_option("--session", list->session_id, "with this Acct-Session-Id");
  sessions->add_flag("--live", list->live, "only those that have not ended");
  sessions->add_option("--limit", list->limit, "at most so many (100)")
      ->check(CLI::Range(1, 100000));
  sessions->add_flag("--json", list->json, "print JSON, with all that is known");
  sessions->callback([&line, list] {
    choose(line, [list](CommandContext& c) { return list_sessions(c, *list); });
  });
  const auto target = std::make_shared<SessionTarget>();
  auto* end = radius.add_subcommand("disconnect", "ask the NAS to end live sessions");
  end->add_option("TARGET", target->name, "a user, an Acct-Session-Id or the pk of a session")
      ->required();
  end->callback([&line, target] {
    choose(line, [target](CommandContext& c) { return disconnect_sessions(c, *target); });
  });
  auto* coa = radius.add_subcommand("coa", "ask the NAS to change live sessions");
  coa->add_option("TARGET", target->name, "a user, an Acct-Session-Id or the pk of a session")
      ->required();
  coa->add_option("NAME=VALUE", target->changes, "attributes; without any, what the rules send");
  coa->callback([&line, target] {
    choose(line, [target](CommandContext& c) { return change_sessions(c, *target); });
  });
}

}  // namespace

void add_radius(CLI::App& app, Line& line) {
  auto* radius = app.add_subcommand("radius", "RADIUS")->require_subcommand(1);
  const auto question = std::make_shared<ReplyQuestion>();
  question->client = "127.0.0.1";
  auto* reply =
      radius->add_subcommand("reply", "what the reply rules send for a user and a request");
  reply->add_option("USERNAME", question->user)->required();
  reply->add_option("--provider", question->provider, "needed when there is more than one");
  reply->add_option("--nas", question->nas, "NAS-Identifier");
  reply->add_option("--ssid", question->ssid, "the network's name");
  reply->add_option("--client", question->client, "address of the NAS");
  reply->callback([&line, question] {
    choose(line, [question](CommandContext& c) { return radius_reply(c, *question); });
  });
  const auto test = std::make_shared<RadiusTest>();
  auto* ask = radius->add_subcommand("test", "ask a RADIUS server as a NAS would");
  ask->add_option("USERNAME", test->user);
  ask->add_option("--provider", test->provider, "whose shared secret is used");
  ask->add_option("--server", test->server, "address:port; this server's own when not given");
  ask->add_option("--nas", test->nas, "NAS-Identifier");
  ask->add_option("--ssid", test->ssid, "the network's name");
  ask->add_option("--code", test->code, "answers the challenge for a code");
  ask->add_flag("--status", test->status, "Status-Server instead of a login");
  ask->add_option("--method", test->method, "pap; chap, mschap or mschapv2 with a network password")
      ->check(CLI::IsMember({"pap", "chap", "mschap", "mschapv2"}));
  ask->add_flag("--eap", test->eap, "EAP-TTLS with PAP inside instead of PAP")
      ->excludes("--method");
  ask->add_option("--ca", test->eap_ca,
                  "with --eap: check the server's certificate against this CA");
  password_option(*ask, line);
  ask->callback([&line, test] {
    if (test->user.empty() != test->status) {
      throw CLI::ValidationError("radius test", "needs a USERNAME or --status");
    }
    if (!test->status && line.secret == Line::SecretInput::none) {
      line.secret = Line::SecretInput::prompt_twice;
      line.secret_prompt = "Password of " + test->user;
    }
    choose(line, [test](CommandContext& c) { return radius_test(c, *test); });
  });
  const auto whose = std::make_shared<std::string>();
  auto* secret = radius->add_subcommand("secret", "print the shared secret of a provider");
  secret->add_option("PROVIDER", *whose, "needed when there is more than one");
  secret->callback([&line, whose] {
    choose(line, [whose](CommandContext& c) { return radius_secret(c, *whose); });
  });
  radius->add_subcommand("dropped", "packets that got no answer, and why")->callback([&line] {
    choose(line, radius_dropped);
  });
  add_network_sessions(*radius, line);
}

}  // namespace postern::app
