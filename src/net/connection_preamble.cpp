// The first octets behind a trusted proxy: the PROXY header. It is taken from the socket to its
// last octet and no further, since TLS reads the socket itself.

#include <string>

#include "net/connection.h"
#include "net/proxy_header.h"
#include "net/reactor.h"

namespace postern::net {

// What arrived so far of an unfinished header waits in rest_, which nothing else uses yet.
void Connection::read_preamble() {
  const Moved peeked = transport_.peek(reactor_.input().first(kMaxProxyHeader));
  if (peeked.status == IoStatus::want_read) {
    wait_readable();
    return;
  }
  if (peeked.status != IoStatus::ok) {
    close();
    return;
  }
  const std::size_t before = rest_.size();
  const auto input = reactor_.input().first(peeked.octets);
  rest_.insert(rest_.end(), input.begin(), input.end());
  const ProxyHeader header = read_proxy_header(rest_);
  if (header.state == ProxyHeader::State::need_more) {
    transport_.skip(peeked.octets);
    wait_readable();
    return;
  }
  if (header.state == ProxyHeader::State::malformed) {
    bump(reactor_.stats.proxy_faults);
    reactor_.environment.report(
        Level::warning, "net.proxy.malformed",
        "closing the connection of " + peer_.address + ": no PROXY header, although it is a proxy");
    close();
    return;
  }
  transport_.skip(header.length - before);
  Octets().swap(rest_);
  if (take_over(header)) begin_speaking();
}

// From now on the peer is the one that the proxy speaks for.
bool Connection::take_over(const ProxyHeader& header) {
  phase_ = Phase::open;
  Admission* const admission = std::exchange(proxied_, nullptr);
  if (!header.client) return true;
  PeerInfo peer = header.client->info;
  peer.loopback = false;  // of the proxy's machine, if at all
  peer.tls = peer_.tls;
  peer.shielded = header.tls;
  peer_ = std::move(peer);
  Admission::Refusal refusal = Admission::Refusal::none;
  ticket_ = {};  // the proxy's place becomes its client's
  ticket_ = admission->admit(header.client->source, refusal);
  if (ticket_) return true;
  bump(refusal == Admission::Refusal::total ? reactor_.stats.refused_total
                                            : reactor_.stats.refused_source);
  close();
  return false;
}

}  // namespace postern::net
