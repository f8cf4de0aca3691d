#pragma once
// UdpSocket: a bound, non-blocking UDP socket that reads and writes in batches, and the translation
// between socket addresses and DatagramPeer. Internal to net. One thread.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "net/fallible.h"
#include "net/inherited_sockets.h"
#include "net/unique_fd.h"
#include "protocols/datagram.h"

namespace postern::net {

class UdpSocket {
 public:
  static constexpr std::size_t kBatch = 64;

  struct Received {
    DatagramPeer from;
    OctetView octets;
  };

  // "address:port", "[IPv6 address]:port" or "*:port".
  static Fallible<UdpSocket> bind(const std::string& endpoint, std::uint16_t number,
                                  InheritedSockets& inherited);

  UdpSocket(UdpSocket&&) = default;
  UdpSocket& operator=(UdpSocket&&) = default;

  int fd() const noexcept { return fd_.get(); }
  std::uint16_t port() const noexcept { return port_; }

  // At most kBatch datagrams; empty = none is waiting. The octets live until the next call, their
  // buffer belongs to the caller (kBatch * slot octets).
  std::span<const Received> receive(std::span<std::uint8_t> buffer, std::size_t slot);
  // Sends all; gives the number that the kernel did not take.
  std::size_t send(std::span<const Outgoing> datagrams);

 private:
  UdpSocket(UniqueFd fd, bool ipv6, std::uint16_t port, std::uint16_t number);

  UniqueFd fd_;
  bool ipv6_ = false;
  std::uint16_t port_ = 0;
  std::uint16_t number_ = 0;
  std::vector<Received> received_;
};

}  // namespace postern::net
