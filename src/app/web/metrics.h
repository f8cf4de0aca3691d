#pragma once
// MetricsSite: Prometheus' text format on a listener of its own, which needs no login and should
// stay on loopback: connections, lanes, the read model, the database. Thread-safe.

#include "app/appliance.h"
#include "http/session.h"
#include "net/server.h"

namespace postern::app {

class MetricsSite final : public http::Application {
 public:
  // Both outlive the server's threads.
  MetricsSite(Appliance& appliance, const net::Server& server)
      : appliance_(appliance), server_(server) {}

  Lane lane(const http::Request&) const noexcept override { return Lane::http; }
  http::Response handle(const http::Request& request) noexcept override;

  std::unique_ptr<StreamSession> make_session(const PeerInfo& peer) {
    return std::make_unique<http::HttpSession>(peer, *this, settings_);
  }

 private:
  std::string text() const;

  Appliance& appliance_;
  const net::Server& server_;
  const http::SessionSettings settings_;
};

}  // namespace postern::app
