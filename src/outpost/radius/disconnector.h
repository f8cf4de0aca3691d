#pragma once
// Disconnector: ends the live network sessions of users who may not go on, without being asked, and
// those that somebody wants to end (NetworkSessionStore::ask_to_end). It looks where the feed
// stands, and for the latter, a few times a second; RevocationWork finds the sessions, and each
// gets a Disconnect-Request, sent again as RFC 5080 2.2.1 says until the NAS answers. The result
// goes to the session's row, the events and the log. Everybody is looked at once a minute, for what
// passes with time and what was asked in vain.
//
// A NAS that reports over RadSec is asked over that connection (RFC 8559), once, since nothing is
// lost there. One that says nothing for kLinkPatience, does not know such requests (NAK 405, 406)
// or closes the connection is asked over UDP.
//
// A NAS has 256 requests under way at most; more wait. A session that does not end is asked for
// again, after ever longer times. Not ended: sessions whose provider has switched it off, and those
// that nothing was heard of for so long that they are stale. Thread: the
// radius loop's; works on the store lane. Sources: RFC 5176, RFC 5080 2.2.1, design.md 7.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/ports/event_log.h"
#include "outpost/radius/crypto.h"
#include "outpost/radius/dynamic_request.h"
#include "outpost/radius/dynamic_target.h"
#include "outpost/radius/retransmission.h"
#include "outpost/radius/revocation_work.h"
#include "outpost/radius/services.h"
#include "protocols/datagram.h"

namespace postern::outpost {

class Disconnector final : public DatagramServer {
 public:
  static constexpr std::chrono::milliseconds kLook{200};
  static constexpr std::chrono::milliseconds kLookAtWanted{500};
  static constexpr std::chrono::seconds kLookAtAll{60};
  static constexpr std::chrono::seconds kLinkPatience{6};

  Disconnector(RadiusServices& services, core::Store& store, core::EventLog& events);

  // The number of the socket that requests leave from; before the first event.
  void send_from(std::uint16_t socket) noexcept { socket_ = socket; }

  void datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) override;
  void done(DatagramIo& io, std::uint32_t id) override;
  void refused(DatagramIo& io, std::uint32_t id) override;
  void timer(DatagramIo& io) override;

 private:
  // Who has Identifiers of his own: an address and port, or a RadSec connection.
  using Nas = std::tuple<core::AddressOctets, std::uint16_t, RadsecLinks::Number>;
  struct Asked {
    RevokedSession revoked;
    DynamicTarget target;
    DynamicRequest request;
    Retransmission when;
    Instant began;
  };

  void look(DatagramIo& io);
  void ask(DatagramIo& io, RevokedSession revoked);
  void ask_waiting(DatagramIo& io);
  void send_again(DatagramIo& io);
  void send(DatagramIo& io, const Asked& asked);
  void answered(DatagramIo& io, const Nas& nas, OctetView octets);
  void take_answers(DatagramIo& io);
  bool link_failed(const Asked& asked, Instant now) const;
  void drop(const Nas& nas, std::string_view cause);
  void settle(DatagramIo& io, const RevokedSession& revoked, const std::string& result, bool gone);
  void be_quiet(std::int64_t session, bool gone, core::WallMs now);
  void set_timer(DatagramIo& io) const;

  RadiusServices& services_;
  core::Store& store_;
  core::EventLog& events_;
  OpensslDigests digests_;
  Retransmission::Chance chance_{std::random_device{}()};
  std::map<Nas, std::unordered_map<std::uint8_t, Asked>> asked_;  // by Identifier
  std::map<Nas, std::uint8_t> next_identifier_;
  std::deque<RevokedSession> waiting_;  // for an Identifier
  struct Quiet {
    int tries = 0;
    core::WallMs until = 0;
  };
  std::map<std::int64_t, Quiet> quiet_;  // sessions that were asked for
  std::shared_ptr<RevocationWork> looking_;
  std::uint32_t looking_run_ = 0;
  std::int64_t seen_ = 0;  // of the feed
  Instant next_look_{}, next_look_at_wanted_{}, next_look_at_all_{};
  std::uint32_t next_run_ = 1;
  std::uint16_t socket_ = 0;
};

}  // namespace postern::outpost
