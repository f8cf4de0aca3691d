#pragma once
// RadsecSession: RADIUS over one TLS connection (RFC 6614). It cuts the stream into packets by
// their Length, hands each to the RADIUS servers of this connection, and writes their answers in
// the order in which they are made. TLS and who the client is were settled before it is made.
//
// A Length outside 20..4096, attributes that do not fit, an unknown code and an authenticator that
// is wrong where one is due end the connection (6613-03, rdtls-13): nothing behind them can be
// trusted. Disconnect and CoA requests from a client are answered with NAK 406 (6614-03); its
// answers to ours go to RadsecLinks, where ours come from (RFC 8559). A client whose certificate
// may no longer be trusted has to come again (rdtls-05). Reading pauses while kMostRunning logins
// run or too much output waits. When the connection ends, what still runs is cancelled and its
// answer dropped (rdtls-12).
//
// One loop. Sources: RFC 6613 2.6, RFC 6614 2.3, 2.5, RFC 8559, radiusdtls-bis 3.11-3.13, 4.1.

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "outpost/radius/crypto.h"
#include "outpost/radius/radsec_links.h"
#include "protocols/datagram.h"
#include "protocols/radius/packet.h"
#include "protocols/session.h"

namespace postern::outpost {

class RadsecSession final : public StreamSession {
 public:
  static constexpr std::size_t kMostRunning = 256;  // as many as Identifiers
  static constexpr std::size_t kMostUnsent = 256 * 1024;
  // How long a request of ours and a withdrawn trust may go unnoticed.
  static constexpr std::chrono::milliseconds kLook{250};

  struct Settings {
    std::chrono::milliseconds idle{std::chrono::hours(1)};
    // Told of a packet that ends the connection: a constant sentence.
    std::function<void(std::string_view)> report = {};
    // Where this connection is known, as that of this client; nullptr = nowhere.
    RadsecLinks* links = nullptr;
    TlsClient client = {};
    // Whether the handshake would still be taken; none = it would.
    std::function<bool()> still_trusted = {};
  };

  // `peer` is what the servers see as the sender of each packet.
  RadsecSession(std::unique_ptr<DatagramServer> server, const DatagramPeer& peer,
                Settings settings);
  ~RadsecSession() override;

  Wants start(Io& io) override;
  Wants bytes(Io& io, OctetView input) override;
  Wants eof(Io& io) override;
  Wants written(Io& io) override;
  Wants done(Io& io, std::uint32_t id) override;
  Wants refused(Io& io, std::uint32_t id) override;
  Wants timer(Io& io) override;
  Wants wake(Io& io) override;
  Wants tls_up(Io& io) override;
  Wants shutdown(Io& io) override;

 private:
  template <typename Event>
  void hand(Io& io, Event&& event);
  void read_packets(Io& io);
  void take(Io& io, OctetView octets);
  bool proves_itself(const radius::Packet& packet);
  void refuse(Io& io, const radius::Packet& request, radius::Code answer);
  void look(Io& io);
  bool paused(const Io& io) const noexcept;
  bool looks() const noexcept { return settings_.links != nullptr || settings_.still_trusted; }
  void end(std::string_view why = {});
  void finish(std::uint32_t id);
  Wants wants(Io& io);

  const std::unique_ptr<DatagramServer> server_;
  const DatagramPeer peer_;
  const Settings settings_;
  OpensslDigests digests_;
  Octets input_;
  std::vector<Outgoing> sends_;
  std::vector<Run> made_;
  std::deque<Run> due_;  // a runner starts one at each event
  std::unordered_map<std::uint32_t, std::shared_ptr<Work>> running_;
  std::optional<Instant> server_timer_;
  Instant last_input_{}, next_look_{};
  RadsecLinks::Number link_ = 0;
  bool closing_ = false;
};

}  // namespace postern::outpost
