#include "app/radius/network_sessions.h"

#include <array>

#include "app/config/config.h"
#include "app/system.h"
#include "net/udp_client.h"
#include "outpost/radius/crypto.h"

namespace postern::app {
namespace {

using outpost::DynamicAnswer;
using outpost::DynamicKind;
using outpost::DynamicRequest;
using outpost::DynamicTarget;
using outpost::EncodedItem;
using Result = core::NetworkSessions::Result;

constexpr std::chrono::milliseconds kPatience{2000};
constexpr int kTries = 3;
outpost::RadsecLinks* const kNoLinks = nullptr;

core::ReplyRules one_rule(std::span<const core::ReplyItem> items) {
  core::ReplyRule rule;
  rule.items.assign(items.begin(), items.end());
  return {rule};
}

// What the rules of the session's provider send its user now.
std::vector<core::ReplyItem> items_of_rules(Appliance& appliance,
                                            const core::NetworkSession& session) {
  std::vector<core::ReplyItem> out;
  const auto catalog = appliance.directory().catalog();
  const core::RadiusProvider* provider = catalog->radius_provider(session.provider);
  core::LoginRecord record;
  const auto client = core::parse_address(session.client);
  if (provider == nullptr || !client ||
      appliance.directory().read_user(session.user, record) != core::Lookup::found) {
    return out;
  }
  const core::ReplyFacts facts{record.groups, record.username, session.nas_identifier,
                               core::ssid_of(session.called_station), *client};
  for (const core::ReplyRule* rule : core::matching(provider->replies, facts)) {
    out.insert(out.end(), rule->items.begin(), rule->items.end());
  }
  return out;
}

}  // namespace

Result AskedNetworkSessions::disconnect(const core::NetworkSession& session, std::string_view who) {
  const Result result = ask(DynamicKind::disconnect, session, {});
  note(session, DynamicKind::disconnect, result, gone_, who);
  return result;
}

Result AskedNetworkSessions::change(const core::NetworkSession& session,
                                    std::span<const core::ReplyItem> changes,
                                    std::string_view who) {
  const std::vector<core::ReplyItem> items =
      changes.empty() ? items_of_rules(appliance_, session)
                      : std::vector<core::ReplyItem>(changes.begin(), changes.end());
  if (items.empty()) return {false, "no reply rule matches, so there is nothing to change"};
  const core::ReplyRules rules = one_rule(items);
  if (const auto problem = appliance_.replies().problem(rules)) return {false, *problem};
  const auto encoded = appliance_.replies().encode(rules, "coa");
  const Result result = ask(DynamicKind::change, session, encoded.items.front());
  note(session, DynamicKind::change, result, gone_, who);
  return result;
}

// What the NAS says; nothing when it says nothing, or nothing that proves itself.
std::optional<DynamicAnswer> AskedNetworkSessions::answer_of(const DynamicTarget& target,
                                                             const DynamicRequest& request) {
  outpost::OpensslDigests digests;
  const OctetView secret = radius::as_octets(target.secret.reveal());
  if (target.link != 0) {
    const auto octets =
        appliance_.radsec_links().ask(target.link, request.octets, kTries * kPatience);
    if (!octets) return std::nullopt;
    return outpost::read_dynamic_answer(request, *octets, secret, digests);
  }
  std::optional<DynamicAnswer> answer;
  net::UdpQuestion question;
  question.endpoint = to_text(Endpoint{core::address_text(target.address), target.port});
  question.octets = request.octets;
  question.patience = kPatience;
  question.tries = kTries;
  const auto octets = net::ask_udp(question, [&](OctetView datagram) {
    answer = outpost::read_dynamic_answer(request, datagram, secret, digests);
    return answer.has_value();
  });
  return octets ? answer : std::nullopt;
}

Result AskedNetworkSessions::ask(DynamicKind kind, const core::NetworkSession& session,
                                 const std::vector<EncodedItem>& changes) {
  gone_ = false;
  std::optional<DynamicAnswer> answer;
  // The RadSec connection first; a NAS that does not know such requests there is asked over UDP.
  for (const auto* links : {&appliance_.radsec_links(), kNoLinks}) {
    const auto target = outpost::dynamic_target(session, *appliance_.directory().catalog(),
                                                appliance_.tools().sealer, links);
    if (!target) return {false, "not asked: its provider is gone or has `disconnect: false`"};
    std::array<std::uint8_t, 1> identifier{};
    SystemRandom().fill(identifier);
    outpost::OpensslDigests digests;
    const auto request =
        outpost::dynamic_request(kind, identifier[0], session, changes, appliance_.clock().wall(),
                                 radius::as_octets(target->secret.reveal()), digests);
    if (!request) return {false, "not asked: that cannot be sent to a NAS"};
    answer = answer_of(*target, *request);
    if (target->link == 0 || (answer && !answer->unsupported())) break;
  }
  if (!answer) return {false, "no answer"};
  gone_ = answer->gone();
  return {answer->acknowledged, outpost::answer_text(*answer)};
}

void AskedNetworkSessions::note(const core::NetworkSession& session, DynamicKind kind,
                                const Result& result, bool gone, std::string_view who) {
  const core::WallMs now = appliance_.clock().wall();
  const bool end = kind == DynamicKind::disconnect;
  appliance_.store().network_sessions().note_disconnect(
      session.pk, (end ? "" : "coa ") + result.text, gone, now);
  core::Event event;
  event.action = end ? "custom_network_disconnect" : "custom_network_coa";
  event.app = "postern.radius";
  event.user = session.user;
  event.username = session.username;
  event.client_ip = session.client;
  event.created = now;
  event.context["session"] = session.session_id;
  event.context["why"] = who;
  event.context["result"] = result.text;
  appliance_.events().record(std::move(event));
}

}  // namespace postern::app
