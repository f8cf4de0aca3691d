#pragma once
// RadsecFront: RADIUS over TLS over one Appliance: sessions for clients that a provider knows by
// certificate or key, and the keys themselves. Each connection has RADIUS servers of its own, for
// logins and accounting (RFC 6614 2.5), over the same core and with the same counters. Appliance
// and services outlive it. Thread: any, at once.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/appliance.h"
#include "outpost/radius/services.h"
#include "protocols/session.h"

namespace postern::app {

class RadsecFront {
 public:
  static constexpr std::string_view kAlpn = "radius/1.0";

  RadsecFront(Appliance& appliance, outpost::RadiusServices& services);
  ~RadsecFront();
  RadsecFront(const RadsecFront&) = delete;
  RadsecFront& operator=(const RadsecFront&) = delete;

  // nullptr = no provider knows this client; the log and `radius dropped` say so.
  std::unique_ptr<StreamSession> session(const PeerInfo& peer);
  // What certificates of clients are judged by now (authorities and revocation lists, PEM). When it
  // changes, all connections have to come again (radiusdtls-bis 3.3.1). By main.
  void follow_authorities(std::string authorities);
  // The octets of the key of an identity; nothing = unknown.
  std::optional<std::string> key(std::string_view identity) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::app
