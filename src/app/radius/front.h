#pragma once
// RadiusFront: the RADIUS server over one Appliance: its sealers, services and packets' counters,
// ready to be put on sockets. The Appliance outlives it. Thread: made and destroyed by main;
// server() is used by its loop.

#include <memory>

#include "app/appliance.h"
#include "app/radius/eap_certificates.h"
#include "outpost/radius/services.h"
#include "protocols/datagram.h"

namespace postern::app {

class RadiusFront {
 public:
  explicit RadiusFront(Appliance& appliance);
  ~RadiusFront();
  RadiusFront(const RadiusFront&) = delete;
  RadiusFront& operator=(const RadiusFront&) = delete;

  DatagramServer& server() noexcept;
  // For servers of other transports. They may be used on any thread.
  outpost::RadiusServices& services() noexcept;
  // What EAP shows and demands, again if the configuration or a file has changed since. By main.
  void follow_certificates(const ServerCertificate& fallback);

 private:
  struct Parts;
  Appliance& appliance_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::app
