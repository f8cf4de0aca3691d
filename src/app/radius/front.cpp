#include "app/radius/front.h"

#include "outpost/radius/server.h"

namespace postern::app {

struct RadiusFront::Parts {
  core::Sealer states;
  outpost::RadiusServices services;
  outpost::RadiusServer server;

  explicit Parts(Appliance& appliance)
      : states(appliance.tools().sealer.derive("radius-state"), appliance.tools().random),
        services{appliance.login(),
                 appliance.directory(),
                 appliance.clock(),
                 appliance.tools().sealer,
                 states,
                 appliance.observations(),
                 appliance.replies()},
        server(services) {}
};

RadiusFront::RadiusFront(Appliance& appliance) : parts_(std::make_unique<Parts>(appliance)) {}

RadiusFront::~RadiusFront() = default;

DatagramServer& RadiusFront::server() noexcept { return parts_->server; }

}  // namespace postern::app
