#pragma once
// RadiusFront: all of RADIUS over one Appliance: logins, accounting and the ends of sessions, their
// sealers, services and packets' counters, ready to be put on sockets. The Appliance outlives it.
// Thread: made and destroyed by main; server() is used by its loop.

#include <memory>

#include "app/appliance.h"
#include "app/radius/eap_certificates.h"
#include "outpost/radius/hub.h"
#include "outpost/radius/services.h"

namespace postern::app {

class RadiusFront {
 public:
  explicit RadiusFront(Appliance& appliance);
  ~RadiusFront();
  RadiusFront(const RadiusFront&) = delete;
  RadiusFront& operator=(const RadiusFront&) = delete;

  // Sockets are added in the order of their numbers.
  outpost::RadiusHub& server() noexcept;
  // The socket that requests to NAS leave from, when all others have been added.
  void add_dynamic_socket();
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
