#pragma once
// WebFront: the HTTP side of a node over one Appliance: services, site and sessions' settings.
// Outlives the server that runs its sessions. make_session() on any loop.

#include <functional>
#include <memory>

#include "app/appliance.h"
#include "protocols/session.h"

namespace postern::app {

class WebFront {
 public:
  // `live`: the figures of the overview; thread-safe, outlives this.
  WebFront(Appliance& appliance, std::function<core::Object()> live);
  ~WebFront();
  WebFront(const WebFront&) = delete;
  WebFront& operator=(const WebFront&) = delete;

  std::unique_ptr<StreamSession> make_session(const PeerInfo& peer);
  void keep_house();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::app
