#pragma once
// InheritedSockets: sockets that the service manager has bound before this process began (socket
// activation), so that a restart refuses no connection and no right to low ports is needed. An
// endpoint whose address one of them has takes it instead of binding.
//
// Addresses are compared as the kernel tells them: "*:389" is the [::]:389 that also takes IPv4. A
// socket is taken once; those that no endpoint asked for stay open until the end.
// Thread: the owner's of the server. Source: sd_listen_fds(3).

#include <sys/socket.h>

#include <cstddef>
#include <vector>

#include "net/unique_fd.h"

namespace postern::net {

class InheritedSockets {
 public:
  InheritedSockets() = default;
  explicit InheritedSockets(std::vector<UniqueFd> sockets);

  // The socket of that type (SOCK_STREAM, SOCK_DGRAM) at that address, non-blocking; empty = none.
  UniqueFd take(const sockaddr* address, int type);
  std::size_t left() const noexcept { return sockets_.size(); }

 private:
  std::vector<UniqueFd> sockets_;
};

}  // namespace postern::net
