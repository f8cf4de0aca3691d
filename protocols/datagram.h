#pragma once
// DatagramServer: one protocol over datagrams (RADIUS), and what it asks of its runner.
//
// Sans-io, as StreamSession is: it owns no socket, clock or thread. The runner (net/udp_listener)
// hands over what arrived, in batches, and does what the events left in DatagramIo: sends, work to
// start, the next timer. Events come one at a time on one thread, never re-entrantly; only
// Work::run() happens elsewhere. Octets handed in live as long as the event. Design: design.md 2.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/session.h"

namespace postern {

// Where a datagram came from, and where an answer to it goes. IPv4 is kept as IPv4-mapped IPv6.
struct DatagramPeer {
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;
  std::uint16_t socket = 0;              // the listener that received it
  std::array<std::uint8_t, 16> local{};  // our address that it was sent to; zero = unknown
  std::uint32_t interface = 0;           // the interface of link-local addresses

  bool operator==(const DatagramPeer&) const = default;
};

struct Outgoing {
  DatagramPeer to;
  Octets octets;
};

// Lent by the runner for the duration of one event.
struct DatagramIo {
  Instant now;                    // the loop's clock at this event
  std::vector<Outgoing>& sends;   // append only
  std::vector<Run>& runs;         // append only; ids are the server's, never used twice
  std::optional<Instant>& timer;  // when timer() is to be called next
};

class DatagramServer {
 public:
  virtual ~DatagramServer() = default;

  virtual void datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) = 0;
  virtual void done(DatagramIo& io, std::uint32_t id) = 0;
  virtual void refused(DatagramIo& io,
                       std::uint32_t id) = 0;  // the lane was full or the wait too long
  virtual void timer(DatagramIo& io) = 0;      // also once before the first event
};

}  // namespace postern
