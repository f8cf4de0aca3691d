#pragma once
// Endpoints: from the text of a configuration to a bound, listening, non-blocking socket, and from
// a peer's socket address to PeerInfo. Text forms: see listener.h. Any thread; errors are sentences
// that name the endpoint.

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "net/admission.h"
#include "net/fallible.h"
#include "net/inherited_sockets.h"
#include "net/unique_fd.h"
#include "protocols/session.h"

namespace postern::net {

struct Bound {
  UniqueFd fd;
  std::uint16_t port = 0;  // 0 for a local socket
  std::string unix_path;   // to be removed when closed; empty for TCP
};

Fallible<Bound> bind_endpoint(const std::string& endpoint, unsigned unix_mode,
                              InheritedSockets& inherited);

struct Peer {
  PeerInfo info;  // the address of a local socket's peer is "local"
  SourceKey source;
};

// An IPv4 address mapped into IPv6 is told as IPv4.
Peer describe_peer(const sockaddr_storage& address);

}  // namespace postern::net
