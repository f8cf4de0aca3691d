#pragma once
// The PROXY protocol, versions 1 and 2: what a proxy writes before the first octet of its client.
// Pure; any thread. Source: HAProxy's proxy-protocol.txt (2.1, 2.2), versions 1 and 2.
//
// Whether a connection carries a header is decided by its source address before, never by looking
// for one. Unknown TLVs and address families are skipped as the text asks.

#include <cstddef>
#include <optional>

#include "net/endpoint.h"
#include "protocols/session.h"

namespace postern::net {

// A header that would be longer is malformed.
inline constexpr std::size_t kMaxProxyHeader = 4096;

struct ProxyHeader {
  enum class State : std::uint8_t { need_more, complete, malformed } state = State::need_more;
  std::size_t length = 0;  // complete: octets of the header
  // Whom the proxy speaks for; none: for itself (LOCAL, UNKNOWN, a family that is no internet).
  std::optional<Peer> client;
  bool tls = false;  // the client speaks TLS with the proxy
};

// `so_far`: all octets since the connection began.
ProxyHeader read_proxy_header(OctetView so_far);

}  // namespace postern::net
