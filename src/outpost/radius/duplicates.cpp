#include "outpost/radius/duplicates.h"

namespace postern::outpost {
namespace {

std::uint64_t mix(std::uint64_t hash, OctetView octets) noexcept {
  for (const std::uint8_t octet : octets) hash = (hash ^ octet) * 0x100000001b3U;
  return hash;
}

constexpr std::uint64_t kStart = 0xcbf29ce484222325U;

}  // namespace

RequestKey key_of(const DatagramPeer& peer, std::uint8_t identifier) noexcept {
  return {peer.address, peer.port, peer.socket, identifier};
}

std::size_t Duplicates::HashKey::operator()(const RequestKey& key) const noexcept {
  std::uint64_t hash = mix(kStart, key.address);
  hash ^= static_cast<std::uint64_t>(key.port) << 24 | static_cast<std::uint64_t>(key.socket) << 8 |
          key.identifier;
  hash *= 0x9e3779b97f4a7c15U;
  return static_cast<std::size_t>(hash ^ hash >> 29);
}

Duplicates::Found Duplicates::admit(const RequestKey& key, const radius::Packet& packet,
                                    Instant now) {
  expire(now);
  const std::uint64_t content = mix(kStart, packet.octets);
  const auto place = entries_.try_emplace(key).first;
  Entry& entry = place->second;
  if (entry.ticket != 0 && entry.authenticator == packet.authenticator &&
      entry.content == content) {
    if (!entry.answered) return {Standing::pending, 0, nullptr};
    return {Standing::answered, 0, &entry.octets};
  }
  entry.ticket = next_++;
  entry.authenticator = packet.authenticator;
  entry.content = content;
  entry.answered = false;
  entry.octets.clear();
  due_.push_back({now + kLifetime, key, entry.ticket});
  return {Standing::fresh, entry.ticket, nullptr};
}

Duplicates::Entry* Duplicates::find(const RequestKey& key, Ticket ticket) noexcept {
  const auto found = entries_.find(key);
  return found != entries_.end() && found->second.ticket == ticket ? &found->second : nullptr;
}

void Duplicates::answer(const RequestKey& key, Ticket ticket, const Octets& octets) {
  Entry* entry = find(key, ticket);
  if (entry == nullptr) return;
  entry->answered = true;
  entry->octets = octets;
}

void Duplicates::forget(const RequestKey& key, Ticket ticket) noexcept {
  if (find(key, ticket) != nullptr) entries_.erase(key);
}

void Duplicates::expire(Instant now) {
  // A key that is used again leaves its old turn in the queue, which is bounded for itself.
  while (!due_.empty() &&
         (due_.front().when <= now || entries_.size() >= kMost || due_.size() >= 2 * kMost)) {
    const Due& due = due_.front();
    if (find(due.key, due.ticket) != nullptr) entries_.erase(due.key);
    due_.pop_front();
  }
}

}  // namespace postern::outpost
