#include "outpost/radius/radsec_servers.h"

#include <utility>

namespace postern::outpost {

RadsecServers::RadsecServers(RadiusServices& services, core::NetworkSessionStore& sessions,
                             TlsClient client)
    : access_(services, std::move(client)),
      accounting_(services, access_.clients(), access_.classes(), sessions),
      hub_({&access_, &accounting_, nullptr}) {}

void RadsecServers::datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) {
  DatagramPeer peer = from;
  peer.socket = RadiusHub::kByCode;
  hub_.datagram(io, peer, octets);
}

}  // namespace postern::outpost
