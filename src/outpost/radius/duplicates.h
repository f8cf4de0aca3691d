#pragma once
// Duplicates: requests of the last 30 seconds and what was answered, so that a retransmission gets
// the very same octets and nothing runs twice (RFC 5080 2.2.2).
//
// A duplicate has the same source address, port, receiving socket, Identifier and Request
// Authenticator, and the same digest of the whole packet. The same key with another authenticator
// is a new request and takes the place of the old one. While the first is under way its duplicates
// are pending: they get nothing, the answer is on its way. Asked only after the client's secret was
// checked where the packet allows that (5080-04).
//
// Bounded by kMost entries; the oldest go first. One thread.

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>

#include "protocols/datagram.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {

struct RequestKey {
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;
  std::uint16_t socket = 0;
  std::uint8_t identifier = 0;
  bool operator==(const RequestKey&) const = default;
};

RequestKey key_of(const DatagramPeer& peer, std::uint8_t identifier) noexcept;

class Duplicates {
 public:
  static constexpr std::size_t kMost = 262'144;
  static constexpr std::chrono::seconds kLifetime{30};

  enum class Standing : std::uint8_t { fresh, pending, answered };
  // The ticket of a fresh request; it names this request even when its key is used again.
  using Ticket = std::uint64_t;

  struct Found {
    Standing standing = Standing::fresh;
    Ticket ticket = 0;               // fresh
    const Octets* answer = nullptr;  // answered; lives until the next call
  };

  Found admit(const RequestKey& key, const radius::Packet& packet, Instant now);
  // What the request was answered; kept for its duplicates.
  void answer(const RequestKey& key, Ticket ticket, const Octets& octets);
  // It was not answered: the next one with this key is fresh.
  void forget(const RequestKey& key, Ticket ticket) noexcept;

  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct HashKey {
    std::size_t operator()(const RequestKey& key) const noexcept;
  };
  struct Entry {
    Ticket ticket = 0;
    radius::Authenticator authenticator{};
    std::uint64_t content = 0;
    bool answered = false;
    Octets octets;
  };
  struct Due {
    Instant when;
    RequestKey key;
    Ticket ticket = 0;
  };

  Entry* find(const RequestKey& key, Ticket ticket) noexcept;
  void expire(Instant now);

  std::unordered_map<RequestKey, Entry, HashKey> entries_;
  std::deque<Due> due_;
  Ticket next_ = 1;
};

}  // namespace postern::outpost
