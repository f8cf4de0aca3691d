#pragma once
// Listening: the network side of a node: certificates, sessions, lanes, listeners, over one
// Appliance. Errors: StateError names the address or file. Thread: main's.

#include <memory>
#include <string>

#include "app/appliance.h"
#include "app/live_figures.h"
#include "net/inherited_sockets.h"

namespace postern::app {

class Listening {
 public:
  // `sockets`: what the service manager has bound for us; listeners with their addresses take them.
  Listening(Appliance& appliance, const StateDir& state, net::InheritedSockets sockets = {});
  ~Listening();
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  void start();
  void stop();
  // "ldap=127.0.0.1:3389 ldaps=127.0.0.1:6636": the real addresses, for the ready line.
  std::string addresses() const;
  // Certificates again from their files, and the limits of new sessions. False: everything stays as
  // it is, `why` says it.
  bool reload(const Config& config, std::string& why);
  // Each second: the same for certificates alone, if one of their files or a provider's certificate
  // has changed. Connections that are up stay.
  void follow_certificates(const Config& config);
  // Each second: what the web front throws away from time to time.
  void keep_house();
  // Whether every loop has taken a turn since the last call; for a watchdog.
  bool loops_answer();
  // As of now, for `postern top`. Any thread.
  LiveFigures figures() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::app
