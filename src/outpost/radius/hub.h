#pragma once
// RadiusHub: all of RADIUS on one loop, as one DatagramServer: it hands each event to the server
// that the receiving socket belongs to, each with ids and a timer of its own.
// Packets from elsewhere than a socket of this loop's (RadSec, RFC 6614 2.5: one connection carries
// all codes) come with socket kByCode, and their code decides. Thread: that loop's.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocols/datagram.h"

namespace postern::outpost {

class RadiusHub final : public DatagramServer {
 public:
  enum class Role : std::uint8_t { access, accounting, dynamic };
  static constexpr std::uint16_t kByCode = std::numeric_limits<std::uint16_t>::max();

  // The servers outlive this; a missing one (nullptr) drops what comes for it.
  struct Servers {
    DatagramServer* access = nullptr;
    DatagramServer* accounting = nullptr;
    DatagramServer* dynamic = nullptr;
  };
  explicit RadiusHub(const Servers& servers)
      : servers_{servers.access, servers.accounting, servers.dynamic} {}

  // Before the first event, in the order of the sockets' numbers. The number.
  std::uint16_t add_socket(Role role);

  void datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) override;
  void done(DatagramIo& io, std::uint32_t id) override;
  void refused(DatagramIo& io, std::uint32_t id) override;
  void timer(DatagramIo& io) override;

 private:
  struct Owner {
    std::size_t server;
    std::uint32_t id;  // as the server calls it
  };

  template <typename Event>
  void hand(DatagramIo& io, std::size_t server, Event&& event);
  std::size_t server_of(const DatagramPeer& from, OctetView octets) const noexcept;
  std::optional<Owner> owner_of(std::uint32_t id);
  void set_timer(DatagramIo& io) const;

  std::array<DatagramServer*, 3> servers_;
  std::array<std::optional<Instant>, 3> timers_;
  std::vector<Role> sockets_;
  std::unordered_map<std::uint32_t, Owner> running_;
  std::uint32_t next_run_ = 1;
  bool started_ = false;
};

}  // namespace postern::outpost
