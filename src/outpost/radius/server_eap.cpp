// RadiusServer, the part that carries EAP (RFC 3579): which conversation a packet belongs to, its
// step, and what it comes to as a RADIUS answer.

#include <algorithm>
#include <exception>
#include <utility>

#include "core/log.h"
#include "outpost/radius/eap/conversations.h"
#include "outpost/radius/reply.h"
#include "outpost/radius/server.h"
#include "protocols/radius/eap_message.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

// 3579-05: what fits the link, and a RADIUS packet that the network need not cut.
constexpr std::uint32_t kSmallestPacket = 64;  // the least Framed-MTU, RFC 2865 5.12
constexpr std::uint32_t kLargestPacket = 1400;
constexpr std::uint32_t kUsualPacket = 1020;

std::size_t largest_packet(const radius::Packet& request) {
  const std::uint32_t said = request.number(type::framed_mtu).value_or(kUsualPacket);
  return std::clamp(said, kSmallestPacket, kLargestPacket);
}

EapStep broken(const std::exception& error) {
  log::error("radius.eap.broken", {{"error", error.what()}});
  EapStep step;
  step.reason = "broken";
  return step;
}

}  // namespace

EapWork::EapWork(std::shared_ptr<EapConversation> conversation, Octets octets, std::size_t largest,
                 std::string request_id)
    : conversation_(std::move(conversation)),
      octets_(std::move(octets)),
      largest_(largest),
      request_id_(std::move(request_id)) {}

void EapWork::run() noexcept {
  if (cancelled()) return;
  try {
    step_ = conversation_->step(octets_, largest_, request_id_);
  } catch (const std::exception& error) {
    step_ = broken(error);
  }
}

void RadiusServer::begin_eap(DatagramIo& io, Exchange exchange) {
  const auto joined = radius::join_eap_message(exchange.packet);
  if (!joined) {
    duplicates_.forget(exchange.key, exchange.ticket);
    return drop(exchange.peer, joined.error().what, exchange.packet.text(type::nas_identifier));
  }
  if (services_.eap == nullptr) return refuse(io, exchange, "eap_not_offered");
  exchange.eap = Exchange::Eap{};
  if (exchange.packet.has(type::state)) return go_on_with_eap(io, std::move(exchange), *joined);
  start_eap(io, std::move(exchange), *joined);
}

void RadiusServer::start_eap(DatagramIo& io, Exchange exchange, const Octets& octets) {
  const auto packet = eap::decode_packet(octets);
  if (packet && packet->code != eap::Code::response) {
    return refuse(io, exchange, "eap_from_the_wrong_side");  // 3579-07
  }
  const core::RadiusProvider& provider = *exchange.known.served->provider;
  if (provider.eap_methods.empty()) return refuse(io, exchange, "eap_not_offered");
  auto setup = services_.eap->setups.of(provider.pk);
  // It is made within the second in which the provider was.
  if (setup == nullptr) return leave_unanswered(exchange, "eap_certificate_missing");
  InnerContext context{services_.login, services_.directory, services_.eap->random, provider.pk,
                       exchange.client, exchange.request_id, facts_of(exchange)};
  auto conversation = std::make_shared<EapConversation>(
      std::move(context), exchange.known.served->provider, std::move(setup));
  // RFC 3579 2.1: an EAP-Start has no octets, or two that mean nothing.
  const bool empty = octets.size() < eap::kHeaderSize;
  const EapStep step =
      empty ? conversation->ask_identity()
            : conversation->step(octets, largest_packet(exchange.packet), exchange.request_id);
  exchange.eap->conversation = conversation;
  if (step.kind == EapStep::Kind::ask) {
    exchange.eap->state =
        eap_.add(std::move(conversation), origin_of(exchange), io.now, services_.eap->random);
  }
  conclude_eap(io, exchange, step);
}

EapConversations::Origin RadiusServer::origin_of(const Exchange& exchange) {
  return {exchange.peer.address, exchange.known.served->provider->pk,
          std::string(exchange.packet.text(type::calling_station_id))};
}

void RadiusServer::go_on_with_eap(DatagramIo& io, Exchange exchange, const Octets& octets) {
  EapConversations::Entry* entry =
      eap_.find(exchange.packet.text(type::state), origin_of(exchange));
  if (entry == nullptr) return refuse(io, exchange, "eap_state_unknown");
  if (entry->busy) return leave_unanswered(exchange, "eap_busy");
  exchange.eap->conversation = entry->conversation;
  const std::string_view state = exchange.packet.text(type::state);
  std::copy(state.begin(), state.end(), exchange.eap->state.begin());
  const auto packet = eap::decode_packet(octets);
  if (packet && packet->code != eap::Code::response) {
    eap_.erase(exchange.eap->state);
    return refuse(io, exchange, "eap_from_the_wrong_side");  // 3579-07
  }
  const std::size_t largest = largest_packet(exchange.packet);
  if (!packet || !entry->conversation->is_heavy(*packet)) {
    const EapStep step = entry->conversation->step(octets, largest, exchange.request_id);
    return conclude_eap(io, exchange, step);
  }
  entry->busy = true;
  auto work = std::make_shared<EapWork>(entry->conversation, octets, largest, exchange.request_id);
  exchange.eap->work = work;
  run_later(io, std::move(exchange), std::move(work), Lane::hash);
}

void RadiusServer::done_eap(DatagramIo& io, Exchange& exchange) {
  EapConversations::Entry* entry = eap_.find(exchange.eap->state);
  if (entry == nullptr) return leave_unanswered(exchange, "eap_forgotten");
  entry->busy = false;
  conclude_eap(io, exchange, exchange.eap->work->step());
}

void RadiusServer::conclude_eap(DatagramIo& io, Exchange& exchange, const EapStep& step) {
  Exchange::Eap& eap = *exchange.eap;
  exchange.username = eap.conversation->identity();
  if (step.kind == EapStep::Kind::ask) {
    eap_.touch(eap.state, io.now, step.asks_person);
    auto octets = eap_challenge(exchange.packet, radius::as_text(eap.state), step.eap,
                                exchange.known.secret_octets(), digests_);
    if (octets) {
      services_.counters.challenges.fetch_add(1, std::memory_order_relaxed);
      return send(io, exchange, *std::move(octets), step.delay);
    }
    eap_.erase(eap.state);
    return refuse(io, exchange, "reply_too_large");
  }
  if (step.kind == EapStep::Kind::discard || step.kind == EapStep::Kind::undecided) {
    return leave_unanswered(exchange, step.reason);
  }
  eap_.erase(eap.state);
  if (step.kind == EapStep::Kind::reject) return refuse(io, exchange, step.reason, step.delay);
  // The last messages took their time: what was granted has to hold still.
  core::Grant grant = step.grant;
  if (!services_.login.still_holds(grant)) return refuse(io, exchange, "generation_moved");
  eap.keys = step.keys;
  admit(io, exchange, std::move(grant));
}

}  // namespace postern::outpost
