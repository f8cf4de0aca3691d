#pragma once
// RadsecServers: the RADIUS servers of one RadSec client: logins and accounting over one
// connection, told apart by the code of a packet (RFC 6614 2.5). Services, sessions and the
// connection's RadsecSession outlive it or own it. Thread: the connection's loop.

#include "outpost/radius/accounting_server.h"
#include "outpost/radius/hub.h"
#include "outpost/radius/server.h"

namespace postern::outpost {

class RadsecServers final : public DatagramServer {
 public:
  RadsecServers(RadiusServices& services, core::NetworkSessionStore& sessions, TlsClient client);

  void datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) override;
  void done(DatagramIo& io, std::uint32_t id) override { hub_.done(io, id); }
  void refused(DatagramIo& io, std::uint32_t id) override { hub_.refused(io, id); }
  void timer(DatagramIo& io) override { hub_.timer(io); }

 private:
  RadiusServer access_;
  AccountingServer accounting_;
  RadiusHub hub_;
};

}  // namespace postern::outpost
