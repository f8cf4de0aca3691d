#pragma once
// UdpListener: runs one DatagramServer on UDP sockets, on a loop of its own.
//
// Datagrams are read in batches (recvmmsg) and answers leave in batches (sendmmsg); a turn handles
// at most kBatch per socket before others get theirs. An answer leaves from the address that the
// request was sent to, also when the socket is bound to every address. What the kernel does not
// take (full buffer, unreachable) is lost, as UDP may lose anything: the peer asks again. Datagrams
// longer than kMaxDatagram are cut: the server sees that they are shorter than they say.
//
// The first timer() comes when the loop starts. add() binds at once; start() and stop() belong to
// the owning thread. The server is used on the loop's thread only and outlives this.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/environment.h"
#include "net/fallible.h"
#include "net/inherited_sockets.h"
#include "protocols/datagram.h"

namespace postern::net {

inline constexpr std::size_t kMaxDatagram = 4608;

class UdpListener {
 public:
  UdpListener(std::size_t loop_index, const Environment& environment, DatagramServer& server);
  ~UdpListener();
  UdpListener(const UdpListener&) = delete;
  UdpListener& operator=(const UdpListener&) = delete;

  // The real port, or why it cannot be bound. `socket` is what DatagramPeer::socket will say.
  Fallible<std::uint16_t> add(const std::string& name, const std::string& endpoint,
                              std::uint16_t socket, InheritedSockets& inherited);

  void start();
  void stop();  // nothing is handed over any more; running work is cancelled

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with answers of lanes on their way
};

}  // namespace postern::net
