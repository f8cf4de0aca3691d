#pragma once
// Listener: one bound socket; accepts on one loop and deals connections round-robin over all of
// them.
//
// Endpoints: "192.0.2.1:389", "[::1]:389", "name:389" (first address), "*:389" (IPv4 and IPv6) and
// "unix:/path". "[::]:389" is IPv6 alone, so that "0.0.0.0:389" may stand beside it. Port 0 lets
// the kernel choose. SO_REUSEADDR only: a second bind of a live port fails. Out of descriptors it
// pauses instead of spinning. Above a cap, connections are closed at once.
// Peers of a local socket come with what the kernel says of them (SO_PEERCRED).
//
// Made and destroyed by the server's owner; the rest happens on its loop.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/fallible.h"
#include "net/network_list.h"
#include "protocols/session.h"

namespace postern::net {

class Loop;
class TlsSlot;
class Admission;
class InheritedSockets;

// Called on the connection's loop. nullptr closes the connection.
using SessionFactory = std::function<std::unique_ptr<StreamSession>(const PeerInfo& peer)>;

struct ListenOptions {
  std::string name;  // "ldap", "ldaps": for logs and Server::port()
  std::string endpoint;
  bool tls = false;  // TLS from the first octet
  std::shared_ptr<const TlsSlot> tls_slot =
      nullptr;                // its own certificates instead of the server's
  unsigned unix_mode = 0600;  // permissions of a "unix:" endpoint
  // Peers that are proxies: each of their connections begins with a PROXY header. From others none
  // is looked for, so that nobody else can choose its address.
  NetworkList proxies;
  // Last words to a connection above a cap, as far as the kernel takes them at once; not under TLS.
  Octets refusal;
  // Short answers to peers that wait: nothing to spread out. Where the machine's congestion control
  // paces (BBR), the kernel would arm a timer for each answer; such a listener asks for one that
  // does not.
  bool short_answers = false;
};

class Listener {
 public:
  static Fallible<std::unique_ptr<Listener>> bind(ListenOptions options, SessionFactory factory,
                                                  const std::vector<std::unique_ptr<Loop>>& loops,
                                                  Admission& admission,
                                                  InheritedSockets& inherited);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void start();
  void stop();  // closes the socket; returns when nothing more will be accepted

  const std::string& name() const noexcept;
  std::uint16_t port() const noexcept;  // the real one; 0 for a local socket

 private:
  struct State;
  explicit Listener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace postern::net
