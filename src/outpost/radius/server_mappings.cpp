// RadiusServer, the part that asks the property mappings of a provider between the login and its
// answer.

#include <utility>

#include "outpost/radius/server.h"

namespace postern::outpost {

// Providers without mappings, which is most, go straight on.
void RadiusServer::map_replies(DatagramIo& io, Exchange& exchange, core::Grant grant) {
  const ServedProvider& served = *exchange.known.served;
  core::ReplyMappings* mappings = services_.mappings;
  if (mappings == nullptr || !mappings->may_have(served.provider->pk)) {
    return let_in(io, exchange, grant, served.replies);
  }
  own(exchange);
  core::ReplyAsked asked;
  asked.provider = served.provider->pk;
  asked.user = grant.user;
  asked.username = grant.username;
  asked.client = exchange.client;
  asked.request_id = exchange.request_id;
  if (served.provider->application) asked.application = served.provider->application->pk;
  asked.packet = packet_facts(exchange.packet);
  auto work = std::make_shared<MappedReplies>(*mappings, services_.replies, served.replies,
                                              std::move(asked));
  const std::uint32_t id = run_for(io, exchange, work);
  mapping_.emplace(id, Mapped{std::move(exchange), std::move(grant), std::move(work)});
}

void RadiusServer::mapped(DatagramIo& io, Mapped mapped) {
  if (mapped.work->failed()) {
    refuse(io, mapped.exchange, "mapping_failed");
  } else {
    let_in(io, mapped.exchange, mapped.grant, mapped.work->replies());
  }
  set_timer(io);
}

}  // namespace postern::outpost
