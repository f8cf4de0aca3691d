#include "outpost/radius/disconnector.h"

#include <algorithm>
#include <utility>

#include "core/access/network.h"
#include "core/log.h"

namespace postern::outpost {
namespace {

constexpr std::size_t kIdentifiers = 256;
// A session is not asked to end again before the last try was over.
constexpr core::WallMs kTryTakes = 45'000;
constexpr core::WallMs kFirstQuiet = 60'000, kLongestQuiet = 3'600'000;
constexpr std::chrono::seconds kAfterFailure{5};

}  // namespace

Disconnector::Disconnector(RadiusServices& services, core::Store& store, core::EventLog& events)
    : services_(services), store_(store), events_(events) {}

void Disconnector::timer(DatagramIo& io) {
  take_answers(io);
  send_again(io);
  ask_waiting(io);
  if (next_look_ <= io.now) {
    next_look_ = io.now + kLook;
    look(io);
  }
  set_timer(io);
}

void Disconnector::look(DatagramIo& io) {
  if (looking_ != nullptr) return;
  const std::int64_t applied = services_.directory.freshness().applied;
  const bool everybody = next_look_at_all_ <= io.now;
  if (!everybody && applied == seen_ && next_look_at_wanted_ > io.now) return;
  next_look_at_wanted_ = io.now + kLookAtWanted;
  if (everybody) next_look_at_all_ = io.now + kLookAtAll;
  const core::WallMs now = services_.clock.wall();
  RevocationWork::Span span{
      seen_, applied, everybody, now - kTryTakes, services_.session_patience.count(), {}};
  std::erase_if(quiet_, [now](const auto& one) { return one.second.until + kLongestQuiet < now; });
  for (const auto& [session, quiet] : quiet_) span.quiet.emplace(session, quiet.until);
  looking_ = std::make_shared<RevocationWork>(store_, services_.directory, services_.clock,
                                              std::move(span));
  looking_run_ = next_run_++;
  io.runs.push_back({looking_run_, Lane::store, looking_});
}

void Disconnector::done(DatagramIo& io, std::uint32_t id) {
  if (looking_ == nullptr || id != looking_run_) return;  // a note was written
  const auto work = std::move(looking_);
  looking_.reset();
  if (work->failed()) {
    next_look_ = next_look_at_all_ = io.now + kAfterFailure;
  } else {
    seen_ = work->span().to;
  }
  for (RevokedSession& one : work->found()) ask(io, std::move(one));
  set_timer(io);
}

void Disconnector::refused(DatagramIo& io, std::uint32_t id) {
  if (id == looking_run_) looking_.reset();
  set_timer(io);
}

void Disconnector::ask(DatagramIo& io, RevokedSession revoked) {
  const core::NetworkSession& session = revoked.session;
  auto target = dynamic_target(session, *services_.directory.catalog(), services_.secrets,
                               revoked.over_udp ? nullptr : services_.links);
  if (!target) return settle(io, revoked, "not asked: no address or secret", false);
  const Nas nas{target->address, target->port, target->link};
  auto& of_nas = asked_[nas];
  if (of_nas.size() == kIdentifiers) {
    waiting_.push_back(std::move(revoked));
    return;
  }
  std::uint8_t& identifier = next_identifier_[nas];
  while (of_nas.contains(identifier)) ++identifier;
  const OctetView secret = radius::as_octets(target->secret.reveal());
  auto request = dynamic_request(DynamicKind::disconnect, identifier++, session, {},
                                 services_.clock.wall(), secret, digests_);
  if (!request) return settle(io, revoked, "not asked: too large", false);
  const std::uint8_t used = request->identifier;
  const auto place = of_nas.emplace(
      used,
      Asked{
          std::move(revoked), *std::move(target), *std::move(request), {io.now, chance_}, io.now});
  send(io, place.first->second);
}

void Disconnector::ask_waiting(DatagramIo& io) {
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    RevokedSession next = std::move(waiting_.front());
    waiting_.pop_front();
    ask(io, std::move(next));
  }
}

void Disconnector::send(DatagramIo& io, const Asked& asked) {
  if (asked.target.link != 0) {
    if (asked.began == io.now) services_.links->send(asked.target.link, asked.request.octets);
    return;
  }
  DatagramPeer to;
  to.address = asked.target.address;
  to.port = asked.target.port;
  to.socket = socket_;
  io.sends.push_back({to, asked.request.octets});
}

bool Disconnector::link_failed(const Asked& asked, Instant now) const {
  if (asked.target.link == 0) return false;
  return now - asked.began >= kLinkPatience || !services_.links->is_open(asked.target.link);
}

void Disconnector::send_again(DatagramIo& io) {
  for (auto& [nas, of_nas] : asked_) {
    for (auto at = of_nas.begin(); at != of_nas.end();) {
      Asked& asked = at->second;
      if (link_failed(asked, io.now)) {
        asked.revoked.over_udp = true;
        waiting_.push_back(std::move(asked.revoked));
        at = of_nas.erase(at);
      } else if (asked.when.due() > io.now) {
        ++at;
      } else if (asked.when.again(io.now, chance_)) {
        send(io, asked);
        ++at;
      } else {
        settle(io, asked.revoked, "no answer", false);
        at = of_nas.erase(at);
      }
    }
  }
  std::erase_if(asked_, [](const auto& one) { return one.second.empty(); });
}

void Disconnector::datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) {
  answered(io, {from.address, from.port, 0}, octets);
}

void Disconnector::take_answers(DatagramIo& io) {
  if (services_.links == nullptr) return;
  for (const RadsecLinks::Answer& answer : services_.links->take_answers()) {
    const auto nas = std::find_if(asked_.begin(), asked_.end(), [&](const auto& one) {
      return std::get<RadsecLinks::Number>(one.first) == answer.link;
    });
    if (nas != asked_.end()) answered(io, Nas(nas->first), answer.octets);
  }
}

void Disconnector::drop(const Nas& nas, std::string_view cause) {
  services_.counters.dropped.fetch_add(1, std::memory_order_relaxed);
  services_.observations.dropped({cause, core::address_text(std::get<0>(nas)), {}});
}

void Disconnector::answered(DatagramIo& io, const Nas& nas, OctetView octets) {
  const auto of_nas = asked_.find(nas);
  if (of_nas == asked_.end() || octets.size() < radius::kHeaderSize) {
    return drop(nas, "an answer to no Disconnect-Request");
  }
  const auto asked = of_nas->second.find(octets[1]);
  if (asked == of_nas->second.end()) return drop(nas, "an answer to no Disconnect-Request");
  const DynamicTarget& target = asked->second.target;
  const auto answer = read_dynamic_answer(asked->second.request, octets,
                                          radius::as_octets(target.secret.reveal()), digests_);
  if (!answer) return drop(nas, "an answer to a Disconnect-Request that does not prove itself");
  RevokedSession revoked = std::move(asked->second.revoked);
  const bool over_udp = target.link != 0 && answer->unsupported();
  of_nas->second.erase(asked);
  if (over_udp) {
    revoked.over_udp = true;
    waiting_.push_back(std::move(revoked));
  } else {
    settle(io, revoked, answer_text(*answer), answer->gone());
  }
  ask_waiting(io);
  set_timer(io);
}

void Disconnector::settle(DatagramIo& io, const RevokedSession& revoked, const std::string& result,
                          bool gone) {
  const core::NetworkSession& session = revoked.session;
  const core::WallMs now = services_.clock.wall();
  io.runs.push_back(
      {next_run_++, Lane::store,
       std::make_shared<DisconnectNote>(store_.network_sessions(), session.pk, result, gone, now)});
  be_quiet(session.pk, gone, now);
  core::Event event;
  event.action = "custom_network_disconnect";
  event.app = "postern.outpost.radius";
  event.user = session.user;
  event.username = session.username;
  event.client_ip = session.client;
  event.created = now;
  event.context["session"] = session.session_id;
  event.context["why"] = revoked.why;
  event.context["result"] = result;
  events_.record(std::move(event));
  log::info("radius.disconnect", {{"result", result},
                                  {"why", revoked.why},
                                  {"user", session.username},
                                  {"session", session.session_id},
                                  {"nas", session.nas_identifier},
                                  {"client", session.client}});
}

void Disconnector::be_quiet(std::int64_t session, bool gone, core::WallMs now) {
  if (gone) {
    quiet_.erase(session);
    return;
  }
  Quiet& quiet = quiet_[session];
  quiet.until = now + std::min(kFirstQuiet << std::min(quiet.tries, 6), kLongestQuiet);
  ++quiet.tries;
}

void Disconnector::set_timer(DatagramIo& io) const {
  Instant next = next_look_;
  for (const auto& [nas, of_nas] : asked_) {
    for (const auto& [identifier, asked] : of_nas) next = std::min(next, asked.when.due());
  }
  if (!io.timer || next < *io.timer) io.timer = next;
}

}  // namespace postern::outpost
