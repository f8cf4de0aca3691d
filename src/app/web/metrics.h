#pragma once
// MetricsSite: Prometheus' text format on a listener of its own, which needs no login and should
// stay on loopback: operations by result and service, connections, queues, sessions, drops, the
// read model, the database, the process. No label holds the name or address of anybody: they are
// constants, numbers, and the slugs of applications. Thread-safe.

#include <chrono>

#include "app/appliance.h"
#include "http/session.h"
#include "net/server.h"
#include "outpost/ldap/services.h"

namespace postern::app {

class MetricsSite final : public http::Application {
 public:
  // All outlive the server's threads.
  MetricsSite(Appliance& appliance, const net::Server& server, const outpost::LdapCounters& ldap)
      : appliance_(appliance), server_(server), ldap_(ldap) {}

  Lane lane(const http::Request&) const noexcept override { return Lane::http; }
  http::Response handle(const http::Request& request) noexcept override;

  std::unique_ptr<StreamSession> make_session(const PeerInfo& peer) {
    return std::make_unique<http::HttpSession>(peer, *this, settings_);
  }

 private:
  std::string text() const;

  Appliance& appliance_;
  const net::Server& server_;
  const outpost::LdapCounters& ldap_;
  const http::SessionSettings settings_;
  const std::chrono::system_clock::time_point began_ = std::chrono::system_clock::now();
};

}  // namespace postern::app
