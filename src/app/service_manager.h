#pragma once
// ServiceManager: the process that started this one, when it is one that wants to be told (systemd,
// Type=notify): ready, reloading, stopping, still alive; and the listening sockets that it hands
// over. Without such a parent every call does nothing. The variables are taken out of the
// environment, so that no child believes itself addressed.
//
// The protocols are public and stable: a datagram of lines to $NOTIFY_SOCKET; descriptors from 3
// on, as many as $LISTEN_FDS says, if $LISTEN_PID is us. Errors: none, what is not taken is lost.
// Thread: main's. Source: sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/inherited_sockets.h"

namespace postern::app {

class ServiceManager {
 public:
  ServiceManager();

  // The sockets handed over; the first call has them, later ones nothing.
  net::InheritedSockets take_sockets();

  void ready(std::string_view status);
  void reloading();
  void stopping();
  // "I am well", as often as the watchdog wants it; in between it does nothing.
  void alive(std::chrono::steady_clock::time_point now);

 private:
  void tell(const std::string& lines) const;

  std::string socket_;  // "" = nobody listens
  int sockets_ = 0;
  std::optional<std::chrono::microseconds> every_;  // half of the watchdog's patience
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace postern::app
