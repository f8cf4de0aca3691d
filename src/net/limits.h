#pragma once
// Limits: what net allows before it protects itself. All are per server.

#include <chrono>
#include <cstddef>

namespace postern::net {

struct Limits {
  std::size_t connections = 50000;
  // One application server often speaks for everyone, so this is generous. IPv6 sources count by
  // their /64, which one host owns whole; local sockets are not counted.
  std::size_t connections_per_source = 20000;
  std::chrono::milliseconds handshake{30000};   // TLS, from its start to its end
  std::chrono::milliseconds flush{10000};       // last output, after the session wanted to close
  std::chrono::milliseconds linger{2000};       // waiting for the peer's end after goodbye
  std::chrono::milliseconds accept_pause{100};  // after the kernel ran out of descriptors
};

}  // namespace postern::net
