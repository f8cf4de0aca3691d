#include "outpost/radius/hub.h"

#include <utility>

#include "protocols/radius/attribute.h"

namespace postern::outpost {
std::uint16_t RadiusHub::add_socket(Role role) {
  sockets_.push_back(role);
  return static_cast<std::uint16_t>(sockets_.size() - 1);
}

std::size_t RadiusHub::server_of(const DatagramPeer& from, OctetView octets) const noexcept {
  if (from.socket < sockets_.size()) return static_cast<std::size_t>(sockets_[from.socket]);
  const bool accounting =
      !octets.empty() && octets[0] == static_cast<std::uint8_t>(radius::Code::accounting_request);
  return static_cast<std::size_t>(accounting ? Role::accounting : Role::access);
}

// The server sees its own ids and its own timer.
template <typename Event>
void RadiusHub::hand(DatagramIo& io, std::size_t server, Event&& event) {
  if (servers_[server] == nullptr) return;
  const std::size_t before = io.runs.size();
  DatagramIo inner{io.now, io.sends, io.runs, timers_[server]};
  event(*servers_[server], inner);
  for (std::size_t i = before; i < io.runs.size(); ++i) {
    running_.insert_or_assign(next_run_, Owner{server, io.runs[i].id});
    io.runs[i].id = next_run_++;
  }
  set_timer(io);
}

void RadiusHub::set_timer(DatagramIo& io) const {
  for (const auto& timer : timers_) {
    if (timer && (!io.timer || *timer < *io.timer)) io.timer = timer;
  }
}

void RadiusHub::datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) {
  hand(io, server_of(from, octets),
       [&](DatagramServer& server, DatagramIo& inner) { server.datagram(inner, from, octets); });
}

std::optional<RadiusHub::Owner> RadiusHub::owner_of(std::uint32_t id) {
  const auto found = running_.find(id);
  if (found == running_.end()) return std::nullopt;
  const Owner owner = found->second;
  running_.erase(found);
  return owner;
}

void RadiusHub::done(DatagramIo& io, std::uint32_t id) {
  const auto owner = owner_of(id);
  if (!owner) return;
  hand(io, owner->server,
       [&](DatagramServer& server, DatagramIo& inner) { server.done(inner, owner->id); });
}

void RadiusHub::refused(DatagramIo& io, std::uint32_t id) {
  const auto owner = owner_of(id);
  if (!owner) return;
  hand(io, owner->server,
       [&](DatagramServer& server, DatagramIo& inner) { server.refused(inner, owner->id); });
}

void RadiusHub::timer(DatagramIo& io) {
  const bool first = !std::exchange(started_, true);
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (!first && (!timers_[i] || *timers_[i] > io.now)) continue;
    timers_[i].reset();
    hand(io, i, [](DatagramServer& server, DatagramIo& inner) { server.timer(inner); });
  }
  set_timer(io);
}

}  // namespace postern::outpost
