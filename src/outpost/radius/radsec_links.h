#pragma once
// RadsecLinks: the RadSec connections that are open, for who has to ask the NAS at the other end:
// Disconnect and CoA requests go out over the connection that its accounting comes by (RFC 8559).
// A connection registers itself, fetches what it is to send and hands over what came back; each is
// known by a number that is never used again.
//
// A connection speaks for a session when it comes from the address that the session's reports come
// from, its client may use the session's provider, and this NAS has reported over it; else it is
// the only one that fulfils the first two. Bounded: kMostWaiting requests of a connection, kMostNas
// names. Thread-safe.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/access/catalog.h"
#include "core/network/session.h"
#include "outpost/radius/tls_client.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {

class RadsecLinks {
 public:
  using Number = std::uint64_t;  // of a connection; 0 = none
  static constexpr std::size_t kMostWaiting = 256;
  static constexpr std::size_t kMostNas = 1024;

  struct Answer {
    Number link = 0;
    Octets octets;
  };

  // The connection's side.
  Number open(const core::AddressOctets& address, TlsClient client);
  void close(Number link);
  // An Accounting-Request came by it.
  void reported(Number link, const radius::Packet& report);
  // What it is to send, once.
  std::vector<Octets> take_requests(Number link);
  // An ACK or NAK came by it. There are no more answers than there were requests.
  void answered(Number link, OctetView octets);

  // The side of who asks. The youngest connection that speaks for the session; 0 = none does.
  Number find(const core::NetworkSession& session, const core::RadiusProvider& provider) const;
  bool is_open(Number link) const;
  // False: it is closed, or too much waits.
  bool send(Number link, const Octets& request);
  // Answers to what was sent by send().
  std::vector<Answer> take_answers();
  // Sends, and waits for an answer with the request's Identifier. Nothing = none came.
  std::optional<Octets> ask(Number link, const Octets& request, std::chrono::milliseconds patience);

 private:
  struct Link {
    core::AddressOctets address{};
    TlsClient client;
    std::set<std::string> nas;
    std::vector<Octets> requests;
    std::size_t unanswered = 0;  // of those by send()
  };
  using Question = std::pair<Number, std::uint8_t>;  // connection and Identifier

  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::map<Number, Link> links_;
  std::deque<Answer> answers_;
  std::map<Question, std::optional<Octets>> asked_;  // by ask()
  Number next_ = 1;
};

}  // namespace postern::outpost
