#include "app/radius/front.h"

#include <string>
#include <utility>

#include "outpost/radius/accounting_server.h"
#include "outpost/radius/disconnector.h"
#include "outpost/radius/server.h"

namespace postern::app {

struct RadiusFront::Parts {
  core::Sealer states;
  core::ReplyMappings mappings;
  outpost::EapSetups setups;
  outpost::EapServices eap;
  outpost::RadiusServices services;
  outpost::RadiusServer access;
  outpost::AccountingServer accounting;
  outpost::Disconnector disconnector;
  outpost::RadiusHub hub;
  outpost::EapSetups::Map made;       // what `setups` holds
  std::uint64_t catalog_version = 0;  // that it was made from
  std::string stamp;                  // likewise, of files

  explicit Parts(Appliance& appliance)
      : states(appliance.tools().sealer.derive("radius-state"), appliance.tools().random),
        mappings({appliance.store(), appliance.directory(), appliance.events(), appliance.clock()}),
        eap{setups, appliance.tools().random},
        services{appliance.login(),
                 appliance.directory(),
                 appliance.clock(),
                 appliance.tools().sealer,
                 states,
                 appliance.observations(),
                 appliance.replies()},
        access(services),
        accounting(services, access.clients(), access.classes(),
                   appliance.store().network_sessions()),
        disconnector(services, appliance.store(), appliance.events()),
        hub({&access, &accounting, &disconnector}) {
    services.sessions = &appliance.store().network_sessions();
    services.session_patience = appliance.config().radius.session_patience;
    services.eap = &eap;
    services.meter = &appliance.meter();
    services.spotlight = &appliance.spotlight();
    services.mappings = &mappings;
    services.links = &appliance.radsec_links();
  }
};

RadiusFront::RadiusFront(Appliance& appliance)
    : appliance_(appliance), parts_(std::make_unique<Parts>(appliance)) {}

RadiusFront::~RadiusFront() = default;

outpost::RadiusHub& RadiusFront::server() noexcept { return parts_->hub; }

void RadiusFront::add_dynamic_socket() {
  parts_->disconnector.send_from(parts_->hub.add_socket(outpost::RadiusHub::Role::dynamic));
}

outpost::RadiusServices& RadiusFront::services() noexcept { return parts_->services; }

void RadiusFront::follow_certificates(const ServerCertificate& fallback) {
  const std::uint64_t version = appliance_.directory().catalog_version();
  std::string stamp = eap_stamp(appliance_, fallback);
  if (version == parts_->catalog_version && stamp == parts_->stamp) return;
  parts_->made = eap_setups(appliance_, fallback, parts_->made);
  parts_->setups.replace(parts_->made);
  parts_->catalog_version = version;
  parts_->stamp = std::move(stamp);
}

}  // namespace postern::app
