#include "app/commands/radius.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "app/radius/probe.h"
#include "core/access/compile_radius_provider.h"
#include "core/model/time_text.h"
#include "outpost/radius/eap/ttls_peer.h"

namespace postern::app {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text + " ";
}

std::shared_ptr<const core::RadiusProvider> provider_named(const core::Catalog& catalog,
                                                           const std::string& name) {
  for (const auto& one : catalog.radius_providers) {
    if (one->name == name || (name.empty() && catalog.radius_providers.size() == 1)) return one;
  }
  return nullptr;
}

std::string line_of(const core::ReplyItem& item) {
  const std::string tag = item.tag == 0 ? std::string() : ":" + std::to_string(item.tag);
  return "  " + item.name + tag + " = " + item.value + "\n";
}

}  // namespace

int radius_reply(CommandContext& context, const ReplyQuestion& question) {
  const auto catalog = context.appliance.directory().catalog();
  const auto provider = provider_named(*catalog, question.provider);
  core::LoginRecord record;
  const auto found =
      context.appliance.directory().find_user(core::UserField::username, question.user, record);
  const auto client = core::parse_address(question.client);
  if (provider == nullptr) {
    context.console.error(question.provider.empty()
                              ? "name one of the RADIUS providers with --provider"
                              : "no RADIUS provider is named \"" + question.provider + "\"");
    return kRefused;
  }
  if (found != core::Lookup::found || !client) {
    context.console.error(!client ? question.client + " is not an address"
                                  : "no user is named \"" + question.user + "\"");
    return kRefused;
  }
  const core::ReplyFacts facts{record.groups, record.username, question.nas, question.ssid,
                               *client};
  const auto rules = core::matching(provider->replies, facts);
  std::string out = rules.empty() ? "no rule matches: an Access-Accept without attributes\n" : "";
  for (const core::ReplyRule* rule : rules) {
    out += "rule " + std::to_string(rule - provider->replies.data() + 1) + " of " +
           std::to_string(provider->replies.size()) + ", by priority\n";
    for (const core::ReplyItem& item : rule->items) out += line_of(item);
  }
  context.console.out(out);
  return kDone;
}

namespace {

// "" = missing or empty.
std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string code_name(radius::Code code) {
  switch (code) {
    case radius::Code::access_accept:
      return "Access-Accept";
    case radius::Code::access_reject:
      return "Access-Reject";
    case radius::Code::access_challenge:
      return "Access-Challenge";
    default:
      return "code " + std::to_string(static_cast<int>(code));
  }
}

// The first listener, by way of loopback when it listens everywhere.
std::string own_server(const Config& config) {
  if (config.listen.radius.empty() || config.listen.radius.front().port == 0) return {};
  Endpoint endpoint = config.listen.radius.front();
  if (endpoint.host == "*") endpoint.host = "127.0.0.1";
  return to_text(endpoint);
}

// One exchange, told. Nothing = no answer, which is told too.
std::optional<ProbeAnswer> exchange(CommandContext& context, const ProbeResult& result) {
  if (result.answer) {
    context.console.line(code_name(result.answer->code));
    for (const std::string& one : result.answer->attributes) context.console.line("  " + one);
    if (!result.answer->unproven.empty()) context.console.error(result.answer->unproven);
    return result.answer;
  }
  context.console.error(result.problem);
  const auto recent = context.appliance.observations().recent();
  if (context.beside_server && !recent.empty()) {
    context.console.error("last dropped here: " + std::string(recent.front().cause) + ", from " +
                          recent.front().source);
  }
  return std::nullopt;
}

// EAP-TTLS with PAP, from the identity to the end; only the end is told.
std::optional<ProbeAnswer> log_in_by_eap(CommandContext& context, ProbeRequest request,
                                         outpost::TtlsWho who) {
  constexpr int kMostRounds = 60;
  const radius::Dictionary& dictionary = context.appliance.replies().dictionary();
  outpost::TtlsPeer peer(std::move(who));
  request.user = "anonymous";
  request.eap = outpost::TtlsPeer::identity();
  for (int round = 1; round <= kMostRounds; ++round) {
    const ProbeResult result = probe(request, dictionary);
    const bool goes_on = result.answer && result.answer->code == radius::Code::access_challenge;
    if (!goes_on) {
      context.console.line(std::string(peer.tls_version().empty() ? "no TLS" : peer.tls_version()) +
                           ", " + std::to_string(round) + " round trips");
      return exchange(context, result);
    }
    auto response = peer.respond(result.answer->eap);
    if (!response) {
      context.console.error(response.error().message);
      return std::nullopt;
    }
    request.eap = *std::move(response);
    request.state = result.answer->state;
  }
  context.console.error("the conversation does not end");
  return std::nullopt;
}

std::optional<ProbeAnswer> exchange(CommandContext& context, const ProbeRequest& request) {
  return exchange(context, probe(request, context.appliance.replies().dictionary()));
}

ProbeMethod method_of(const std::string& word) {
  if (word == "chap") return ProbeMethod::chap;
  if (word == "mschap") return ProbeMethod::ms_chap;
  return word == "mschapv2" ? ProbeMethod::ms_chap2 : ProbeMethod::pap;
}

bool let_in(const std::optional<ProbeAnswer>& answer) {
  return answer && answer->code == radius::Code::access_accept && answer->unproven.empty();
}

std::optional<core::Secret> secret_of(const Appliance& appliance,
                                      const core::RadiusProvider& provider) {
  if (provider.secrets.empty()) return std::nullopt;
  return appliance.tools().sealer.unseal(provider.secrets.front(), core::kSharedSecretContext);
}

}  // namespace

int radius_test(CommandContext& context, const RadiusTest& test) {
  const auto catalog = context.appliance.directory().catalog();
  const auto provider = provider_named(*catalog, test.provider);
  const auto secret = provider ? secret_of(context.appliance, *provider) : std::nullopt;
  ProbeRequest request;
  request.server = test.server.empty() ? own_server(context.appliance.config()) : test.server;
  if (!secret || request.server.empty()) {
    context.console.error(request.server.empty()
                              ? "name the server with --server address:port"
                              : "name one of the RADIUS providers with --provider");
    return kRefused;
  }
  request.shared_secret = *secret;
  request.status = test.status;
  request.user = test.user;
  request.password = context.secret.value_or(core::Secret());
  request.method = method_of(test.method);
  request.nas_identifier = test.nas.empty() ? "postern-test" : test.nas;
  request.ssid = test.ssid;
  if (test.eap) {
    outpost::TtlsWho who{test.user, std::move(request.password), core::Secret(test.code), {}};
    if (!test.eap_ca.empty() && (who.authority = content_of(test.eap_ca)).empty()) {
      context.console.error("cannot read " + test.eap_ca);
      return kRefused;
    }
    const auto end = log_in_by_eap(context, std::move(request), std::move(who));
    return let_in(end) ? kDone : kRefused;
  }
  auto answer = exchange(context, request);
  if (answer && answer->code == radius::Code::access_challenge && !test.code.empty()) {
    request.password = core::Secret(test.code);
    request.state = answer->state;
    answer = exchange(context, request);
  }
  return let_in(answer) ? kDone : kRefused;
}

int radius_secret(CommandContext& context, const std::string& name) {
  const auto catalog = context.appliance.directory().catalog();
  const auto provider = provider_named(*catalog, name);
  const auto secret = provider ? secret_of(context.appliance, *provider) : std::nullopt;
  if (!secret) {
    context.console.error("name one of the RADIUS providers that have a secret");
    return kRefused;
  }
  core::Event event;
  event.action = "secret_view";
  event.app = "postern.command";
  event.created = context.appliance.clock().wall();
  event.context["provider"] = provider->name;
  context.appliance.events().record(std::move(event));
  context.console.out(std::string(secret->reveal()) + "\n");
  return kDone;
}

int radius_dropped(CommandContext& context) {
  const core::Observations& observations = context.appliance.observations();
  const auto recent = observations.recent();
  if (recent.empty()) {
    context.console.line("no packet was dropped since the server started");
    return kDone;
  }
  std::string out;
  for (const auto& [cause, count] : observations.counts()) {
    out += padded(std::to_string(count), 8) + std::string(cause) + "\n";
  }
  out += "\n" + padded("last", 24) + padded("source", 24) + padded("packets", 8) +
         padded("nas", 16) + "cause\n";
  for (const core::Observations::Seen& one : recent) {
    out += padded(core::time_text(one.last), 24) + padded(one.source, 24) +
           padded(std::to_string(one.count), 8) + padded(one.detail, 16) + std::string(one.cause) +
           "\n";
  }
  context.console.out(out);
  return kDone;
}

}  // namespace postern::app
