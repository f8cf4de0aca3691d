#include "outpost/radius/server.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

#include "core/log.h"
#include "core/login_effects.h"
#include "outpost/attempt.h"
#include "outpost/radius/eap/password_talk.h"
#include "outpost/radius/packet_text.h"
#include "outpost/radius/reply.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

// From the arrival of a request to a held answer: a NAS must not see two seconds.
constexpr std::chrono::milliseconds kMostDelay{1500};
constexpr std::size_t kMostHeld = 65'536;
constexpr std::size_t kMostUnnamed = 1'024;

void bump(std::atomic<std::uint64_t>& counter) noexcept {
  counter.fetch_add(1, std::memory_order_relaxed);
}

// Attempts of one NAS for one service share a turn in the lane.
std::uint64_t fairness_key(const std::string& client, core::ProviderId provider) noexcept {
  return std::hash<std::string>{}(client) ^
         (static_cast<std::uint64_t>(provider) * 0x9e3779b97f4a7c15ULL);
}

SessionLimit::Asked limits_of(const radius::Packet& packet, const Known& known,
                              const core::Grant& grant) {
  constexpr std::uint32_t kEthernet = 15, kWireless = 19;  // RFC 2865 5.41
  const auto port = packet.number(type::nas_port_type);
  SessionLimit::Asked asked;
  asked.provider = known.served->provider->pk;
  asked.user = grant.user;
  asked.station = packet.text(type::calling_station_id);
  asked.port_of_a_device = port == kEthernet || port == kWireless;
  asked.most = known.served->provider->simultaneous_use;
  return asked;
}

// Anything beside EAP is refused as ever, several kinds of credentials too.
bool is_eap(const radius::Packet& packet) noexcept {
  return packet.has(type::eap_message) && !packet.has(type::user_password) &&
         !packet.has(type::chap_password) && packet.count(type::state) <= 1;
}

}  // namespace

RadiusWork::RadiusWork(core::Login& login, core::LoginRequest request)
    : login_(login), request_(std::move(request)) {}

void RadiusWork::run() noexcept {
  if (cancelled()) return;
  outcome_ = attempt(login_, request_, core::Blocking::yes);
  request_.password = core::Secret();
}

RadiusServer::RadiusServer(RadiusServices& services, std::optional<TlsClient> tls)
    : services_(services),
      states_(services.states),
      clients_(services.directory, services.secrets, services.replies, std::move(tls)),
      marker_(services.states) {}

RadiusServer::~RadiusServer() = default;

void RadiusServer::drop(const DatagramPeer& from, std::string_view cause, std::string_view nas) {
  bump(services_.counters.dropped);
  services_.observations.dropped({cause, core::address_text(from.address), std::string(nas)});
}

void RadiusServer::datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) {
  bump(services_.counters.received);
  auto packet = radius::decode_packet(octets);
  if (!packet) return drop(from, packet.error().what, {});
  const std::string_view nas = packet->text(type::nas_identifier);
  const bool status = packet->code == radius::Code::status_server;
  if (packet->code != radius::Code::access_request && !status) {
    return drop(from, "a code that is not served on this port", nas);
  }
  const auto known = identify(*clients_.get(), from, *packet, digests_);
  if (const auto* dropped = std::get_if<Dropped>(&known)) return drop(from, dropped->cause, nas);
  if (status) {
    answer_status(io, from, *packet, std::get<Known>(known));
  } else {
    note_unnamed(from, *packet, *std::get<Known>(known).served);
    begin_access(io, from, *std::move(packet), std::get<Known>(known));
  }
  set_timer(io);
}

// 2865-04: who names itself in no way is served all the same, and counted.
void RadiusServer::note_unnamed(const DatagramPeer& from, const radius::Packet& packet,
                                const ServedProvider& served) {
  if (packet.has(type::nas_identifier) || packet.has(type::nas_ip_address) ||
      packet.has(type::nas_ipv6_address)) {
    return;
  }
  bump(services_.counters.unnamed);
  if (served.over_tls) return;  // its certificate or key names it
  if (unnamed_.size() >= kMostUnnamed || !unnamed_.insert(from.address).second) return;
  log::info("radius.nas.unnamed", {{"client", core::address_text(from.address)}});
}

// 5997-02, 5997-04: an Access-Accept, while logins can be decided.
void RadiusServer::answer_status(DatagramIo& io, const DatagramPeer& from,
                                 const radius::Packet& packet, const Known& known) {
  if (!services_.login.ready()) {
    bump(services_.counters.undecided);
    return;
  }
  bump(services_.counters.status);
  io.sends.push_back({from, accept(packet, known.secret_octets(), digests_)});
}

void RadiusServer::begin_access(DatagramIo& io, const DatagramPeer& from, radius::Packet packet,
                                Known known) {
  const RequestKey key = key_of(from, packet.identifier);
  const Duplicates::Found found = duplicates_.admit(key, packet, io.now);
  if (found.standing == Duplicates::Standing::pending) return bump(services_.counters.pending);
  if (found.standing == Duplicates::Standing::answered) {
    bump(services_.counters.repeats);
    io.sends.push_back({from, *found.answer});
    return;
  }
  Exchange exchange;
  exchange.peer = from;
  exchange.key = key;
  exchange.ticket = found.ticket;
  exchange.table = clients_.last();
  exchange.known = known;
  exchange.username = packet.text(type::user_name);
  exchange.packet = std::move(packet);
  exchange.client = core::address_text(from.address);
  exchange.request_id = "r" + std::to_string(next_request_++);
  exchange.began = io.now;
  log_in(io, std::move(exchange));
}

void RadiusServer::log_in(DatagramIo& io, Exchange exchange) {
  if (is_eap(exchange.packet)) return begin_eap(io, std::move(exchange));
  auto read = read_access(exchange.packet, exchange.known, states_, exchange.peer.address,
                          services_.clock.wall(), digests_);
  if (const auto* refusal = std::get_if<Refusal>(&read)) {
    return refuse(io, exchange, refusal->reason);
  }
  auto& request = std::get<core::LoginRequest>(read);
  exchange.proof = std::static_pointer_cast<NetworkProof>(request.proof);  // made by read_access()
  request.client = exchange.client;
  request.request_id = exchange.request_id;
  core::LoginOutcome outcome = attempt(services_.login, request, core::Blocking::no);
  if (const auto* blocked = std::get_if<core::WouldBlock>(&outcome)) {
    request.access = facts_of(exchange);
    return run_later(io, std::move(exchange), std::move(request), blocked->lane);
  }
  conclude(io, exchange, outcome);
}

// For policies, which are not asked on the loop.
std::shared_ptr<const core::AccessFacts> RadiusServer::facts_of(const Exchange& exchange) const {
  return std::make_shared<core::AccessFacts>(
      access_facts_of(exchange.packet, services_.replies.dictionary()));
}

// From now on the request outlives its datagram.
void RadiusServer::own(Exchange& exchange) {
  if (!exchange.octets.empty()) return;
  exchange.octets.assign(exchange.packet.octets.begin(), exchange.packet.octets.end());
  exchange.packet = *radius::decode_packet(exchange.octets);
}

void RadiusServer::run_later(DatagramIo& io, Exchange exchange, core::LoginRequest request,
                             core::LoginLane lane) {
  auto work = std::make_shared<RadiusWork>(services_.login, std::move(request));
  exchange.work = work;
  run_later(io, std::move(exchange), std::move(work), lane_of(lane));
}

void RadiusServer::run_later(DatagramIo& io, Exchange exchange, std::shared_ptr<Work> work,
                             Lane lane) {
  own(exchange);
  work->fairness_key = fairness_key(exchange.client, exchange.known.served->provider->pk);
  const std::uint32_t id = next_run_++;
  io.runs.push_back({id, lane, std::move(work)});
  running_.emplace(id, std::move(exchange));
}

void RadiusServer::done(DatagramIo& io, std::uint32_t id) {
  if (auto node = counting_.extract(id)) return counted(io, std::move(node.mapped()));
  if (auto node = mapping_.extract(id)) return mapped(io, std::move(node.mapped()));
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  Exchange exchange = std::move(found->second);
  running_.erase(found);
  if (exchange.eap) {
    done_eap(io, exchange);
  } else {
    conclude(io, exchange, exchange.work->outcome());
  }
  set_timer(io);
}

void RadiusServer::refused(DatagramIo&, std::uint32_t id) {
  if (auto node = counting_.extract(id)) {
    return leave_unanswered(node.mapped().exchange, "lane_full");
  }
  if (auto node = mapping_.extract(id)) {
    return leave_unanswered(node.mapped().exchange, "lane_full");
  }
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  Exchange exchange = std::move(found->second);
  running_.erase(found);
  if (auto* entry = exchange.eap ? eap_.find(exchange.eap->state) : nullptr) entry->busy = false;
  leave_unanswered(exchange, "lane_full");
}

void RadiusServer::conclude(DatagramIo& io, Exchange& exchange, core::LoginOutcome& outcome) {
  if (const auto* denied = std::get_if<core::Denied>(&outcome)) {
    return refuse(io, exchange, core::reason_text(denied->reason), denied->delay);
  }
  if (const auto* outside = std::get_if<core::NotAdmitted>(&outcome)) {
    return refuse(io, exchange, core::reason_text(outside->reason));
  }
  if (const auto* wanted = std::get_if<core::CodeWanted>(&outcome)) {
    return ask(io, exchange, *wanted);
  }
  if (const auto* unavailable = std::get_if<core::Unavailable>(&outcome)) {
    return leave_unanswered(exchange, core::reason_text(unavailable->reason));
  }
  auto* granted = std::get_if<core::Granted>(&outcome);
  if (granted == nullptr || granted->grant.user <= 0) {
    return leave_unanswered(exchange, "undecided");
  }
  admit(io, exchange, std::move(granted->grant));
}

// Where the provider limits a user's sessions, they are counted first.
void RadiusServer::admit(DatagramIo& io, Exchange& exchange, core::Grant grant) {
  if (exchange.known.served->provider->simultaneous_use == 0) {
    return map_replies(io, exchange, std::move(grant));
  }
  if (services_.sessions == nullptr) return leave_unanswered(exchange, "sessions_uncounted");
  own(exchange);
  auto sessions =
      std::make_shared<SessionsOfUser>(*services_.sessions, grant.user, services_.clock.wall());
  const std::uint32_t id = run_for(io, exchange, sessions);
  counting_.emplace(id, Counted{std::move(exchange), std::move(grant), std::move(sessions)});
}

std::uint32_t RadiusServer::run_for(DatagramIo& io, const Exchange& exchange,
                                    std::shared_ptr<Work> work) {
  work->fairness_key = fairness_key(exchange.client, exchange.known.served->provider->pk);
  const std::uint32_t id = next_run_++;
  io.runs.push_back({id, Lane::store, std::move(work)});
  return id;
}

void RadiusServer::counted(DatagramIo& io, Counted counted) {
  Exchange& exchange = counted.exchange;
  if (counted.sessions->failed()) {
    leave_unanswered(exchange, "store_unreachable");
  } else if (!limit_.allows(limits_of(exchange.packet, exchange.known, counted.grant),
                            counted.sessions->sessions(), services_.clock.wall(),
                            services_.session_patience.count())) {
    refuse(io, exchange, "too_many_sessions");
  } else {
    map_replies(io, exchange, std::move(counted.grant));
  }
  set_timer(io);
}

void RadiusServer::let_in(DatagramIo& io, Exchange& exchange, const core::Grant& grant,
                          const EncodedRules& replies) {
  core::ReplyFacts facts;
  if (!replies.empty()) {
    if (services_.directory.read_user(grant.user, record_) != core::Lookup::found) {
      return leave_unanswered(exchange, "user_unreadable");
    }
    facts.groups = record_.groups;
    facts.username = record_.username;
    facts.nas_identifier = exchange.packet.text(type::nas_identifier);
    facts.ssid = core::ssid_of(exchange.packet.text(type::called_station_id));
    facts.client = exchange.peer.address;
  }
  // The ticket differs for each request, so salts differ too where the authenticator would not.
  const core::WallMs now = services_.clock.wall();
  const ServedProvider& served = *exchange.known.served;
  const SessionMarks marks =
      marker_.mark(exchange.packet, *served.provider, grant, replies.interim(facts), now);
  const auto& eap = exchange.eap;
  const EapAccept inside{eap && eap->keys ? &*eap->keys : nullptr, grant.username};
  auto octets = accept(exchange.packet, exchange.known, replies, facts, marks,
                       static_cast<std::uint16_t>(exchange.ticket * 64), digests_,
                       exchange.proof.get(), eap ? &inside : nullptr);
  if (!octets) return refuse(io, exchange, "reply_too_large");
  if (served.provider->simultaneous_use != 0) {
    limit_.accepted(limits_of(exchange.packet, exchange.known, grant), now);
  }
  bump(services_.counters.accepts);
  tell(exchange, "accept", "granted");
  send(io, exchange, *std::move(octets), {});
}

void RadiusServer::refuse(DatagramIo& io, Exchange& exchange, std::string_view reason,
                          std::chrono::milliseconds delay) {
  bump(services_.counters.rejects);
  tell(exchange, "reject", reason);
  send(io, exchange,
       reject(exchange.packet, exchange.known.secret_octets(), digests_, exchange.proof.get()),
       delay);
}

void RadiusServer::ask(DatagramIo& io, Exchange& exchange, const core::CodeWanted& wanted) {
  bump(services_.counters.challenges);
  tell(exchange, "challenge", core::reason_text(wanted.reason));
  const std::string state =
      states_.seal(wanted.open, {exchange.peer.address, exchange.username}, services_.clock.wall());
  send(io, exchange,
       challenge(exchange.packet, state, code_prompt(wanted), exchange.known.secret_octets(),
                 digests_),
       wanted.delay);
}

void RadiusServer::leave_unanswered(Exchange& exchange, std::string_view reason) {
  bump(services_.counters.undecided);
  tell(exchange, "silence", reason);
  duplicates_.forget(exchange.key, exchange.ticket);
}

void RadiusServer::send(DatagramIo& io, Exchange& exchange, Octets octets,
                        std::chrono::milliseconds delay) {
  const Instant due = std::min(io.now + delay, exchange.began + kMostDelay);
  if (due > io.now && held_.size() < kMostHeld) {
    held_.emplace(due, Held{exchange.peer, exchange.key, exchange.ticket, std::move(octets)});
    return;
  }
  duplicates_.answer(exchange.key, exchange.ticket, octets);
  io.sends.push_back({exchange.peer, std::move(octets)});
}

void RadiusServer::measure(const Exchange& exchange, std::string_view result) const {
  if (services_.meter != nullptr) {
    const auto code = result == "accept"      ? radius::Code::access_accept
                      : result == "reject"    ? radius::Code::access_reject
                      : result == "challenge" ? radius::Code::access_challenge
                                              : radius::Code{};
    services_.meter->count(core::Operation::radius_access, static_cast<std::uint16_t>(code),
                           exchange.known.served->provider->pk,
                           services_.clock.now() - exchange.began);
  }
  if (services_.spotlight != nullptr && services_.spotlight->on()) {
    services_.spotlight->note(core::Spotlight::Kind::client, exchange.client);
  }
}

void RadiusServer::timer(DatagramIo& io) {
  while (!held_.empty() && held_.begin()->first <= io.now) {
    Held held = std::move(held_.begin()->second);
    held_.erase(held_.begin());
    duplicates_.answer(held.key, held.ticket, held.octets);
    io.sends.push_back({held.peer, std::move(held.octets)});
  }
  eap_.expire(io.now);
  set_timer(io);
}

void RadiusServer::set_timer(DatagramIo& io) const {
  const auto eap = eap_.next_due();
  if (eap) io.timer = *eap;
  if (!held_.empty() && (!eap || held_.begin()->first < *eap)) io.timer = held_.begin()->first;
}

void RadiusServer::tell(const Exchange& exchange, std::string_view result,
                        std::string_view reason) const {
  measure(exchange, result);
  if (!log::enabled(log::Level::info)) return;
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(services_.clock.now() - exchange.began);
  log::info("radius.access", {{"result", result},
                              {"reason", reason},
                              {"service", exchange.known.served->provider->name},
                              {"user", exchange.username},
                              {"client", exchange.client},
                              {"nas", exchange.packet.text(type::nas_identifier)},
                              {"station", exchange.packet.text(type::calling_station_id)},
                              {"called", exchange.packet.text(type::called_station_id)},
                              {"request", exchange.request_id},
                              {"eap", exchange.eap ? exchange.eap->method() : std::string_view()},
                              {"outer", exchange.eap ? exchange.eap->outer() : std::string_view()},
                              {"us", static_cast<std::int64_t>(took.count())}});
}

}  // namespace postern::outpost
