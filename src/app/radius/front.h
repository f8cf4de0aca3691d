#pragma once
// RadiusFront: the RADIUS server over one Appliance: its sealers, services and packets' counters,
// ready to be put on sockets. The Appliance outlives it. Thread: made and destroyed by main;
// server() is used by its loop.

#include <memory>

#include "app/appliance.h"
#include "protocols/datagram.h"

namespace postern::app {

class RadiusFront {
 public:
  explicit RadiusFront(Appliance& appliance);
  ~RadiusFront();
  RadiusFront(const RadiusFront&) = delete;
  RadiusFront& operator=(const RadiusFront&) = delete;

  DatagramServer& server() noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::app
