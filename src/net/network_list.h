#pragma once
// NetworkList: a set of networks in CIDR notation ("10.0.0.0/8", "2001:db8::/32", "192.0.2.7"), and
// whether an address lies in one of them. An IPv4 address mapped into IPv6 counts as IPv4; local
// sockets lie in none. Immutable; any thread. Source: RFC 4632 3.1, RFC 4291 2.3.

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/fallible.h"

namespace postern::net {

class NetworkList {
 public:
  NetworkList() = default;
  // Errors name the entry that offends: not an address, a prefix that is too long, host bits set.
  static Fallible<NetworkList> parse(const std::vector<std::string>& networks);

  bool contains(const sockaddr_storage& address) const noexcept;
  bool contains(std::string_view address) const noexcept;  // textual, as in PeerInfo
  bool empty() const noexcept { return networks_.empty(); }

 private:
  using Address = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
  struct Network {
    Address address{};
    unsigned bits = 0;  // of 128
  };
  static bool read(std::string_view text, Address& out, unsigned& width) noexcept;
  bool contains(const Address& address) const noexcept;

  std::vector<Network> networks_;
};

}  // namespace postern::net
