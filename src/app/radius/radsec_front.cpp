#include "app/radius/radsec_front.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/log.h"
#include "outpost/radius/radsec_servers.h"
#include "outpost/radius/radsec_session.h"

namespace postern::app {
namespace {

DatagramPeer sender_of(const PeerInfo& peer) {
  DatagramPeer out;
  if (const auto address = core::parse_address(peer.address)) out.address = *address;
  out.port = peer.port;
  return out;
}

bool known_anywhere(const core::Catalog& catalog, const outpost::TlsClient& client) {
  return std::any_of(catalog.radius_providers.begin(), catalog.radius_providers.end(),
                     [&client](const auto& provider) { return client.may_use(*provider); });
}

}  // namespace

struct RadsecFront::Parts {
  Appliance& appliance;
  outpost::RadiusServices& services;
  std::optional<std::string> authorities;  // as they were given last; main's
  std::atomic<int> trusted{0};             // grows when they change
};

RadsecFront::RadsecFront(Appliance& appliance, outpost::RadiusServices& services)
    : parts_(new Parts{appliance, services, {}, {0}}) {}

RadsecFront::~RadsecFront() = default;

std::unique_ptr<StreamSession> RadsecFront::session(const PeerInfo& peer) {
  outpost::TlsClient client = outpost::tls_client_of(peer);
  if (!known_anywhere(*parts_->appliance.directory().catalog(), client)) {
    log::warning("radius.radsec.refused", {{"client", peer.address}, {"proof", client.shown}});
    parts_->appliance.observations().dropped(
        {"RadSec: no provider knows this client", peer.address, client.shown});
    return nullptr;
  }
  log::info("radius.radsec.connected", {{"client", peer.address}, {"proof", client.shown}});
  outpost::RadsecSession::Settings settings;
  if (const Millis idle = parts_->appliance.config().limits.idle; idle.count() > 0) {
    settings.idle = idle;
  }
  settings.report = [this, address = peer.address](std::string_view cause) {
    parts_->appliance.observations().dropped({cause, address, "RadSec"});
  };
  settings.links = parts_->services.links;
  settings.client = client;
  settings.still_trusted = [this, when = parts_->trusted.load()] {
    return parts_->trusted.load(std::memory_order_relaxed) == when;
  };
  return std::make_unique<outpost::RadsecSession>(
      std::make_unique<outpost::RadsecServers>(
          parts_->services, parts_->appliance.store().network_sessions(), std::move(client)),
      sender_of(peer), std::move(settings));
}

void RadsecFront::follow_authorities(std::string authorities) {
  if (parts_->authorities == authorities) return;
  if (parts_->authorities) {
    log::info("radius.radsec.authorities", {});
    parts_->trusted.fetch_add(1);
  }
  parts_->authorities = std::move(authorities);
}

std::optional<std::string> RadsecFront::key(std::string_view identity) const {
  for (const auto& provider : parts_->appliance.directory().catalog()->radius_providers) {
    for (const core::RadsecKey& one : provider->radsec.keys) {
      if (one.identity != identity || one.sealed.empty()) continue;
      const auto plain =
          parts_->appliance.tools().sealer.unseal(one.sealed, core::kRadsecKeyContext);
      if (plain) return std::string(plain->reveal());
    }
  }
  return std::nullopt;
}

}  // namespace postern::app
