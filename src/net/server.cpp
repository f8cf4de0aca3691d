#include "net/server.h"

#include <algorithm>
#include <utility>

#include "net/admission.h"
#include "net/environment.h"
#include "net/loop.h"
#include "net/udp_listener.h"

namespace postern::net {

struct Server::State {
  explicit State(Options options)
      : lanes(options.lanes),
        admission(options.limits.connections, options.limits.connections_per_source),
        inherited(options.inherited ? std::move(options.inherited)
                                    : std::make_shared<InheritedSockets>()) {
    environment.limits = options.limits;
    environment.log = std::move(options.log);
    environment.lanes = &lanes;
    const std::size_t count = std::max<std::size_t>(options.loops, 1);
    for (std::size_t i = 0; i < count; ++i) loops.push_back(std::make_unique<Loop>(i, environment));
  }

  // Destroyed from the last to the first: listeners before the loops that they accept on, loops
  // before the lanes and counters that their connections use.
  LanePool lanes;
  Admission admission;
  std::shared_ptr<InheritedSockets> inherited;
  Environment environment;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::unique_ptr<UdpListener> datagrams;
  std::uint16_t datagram_sockets = 0;
  bool running = false;
};

Server::Server(Options options) : state_(std::make_unique<State>(std::move(options))) {}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

Fallible<std::uint16_t> Server::add_listener(ListenOptions options, SessionFactory factory) {
  Fallible<std::unique_ptr<Listener>> listener = Listener::bind(
      std::move(options), std::move(factory), state_->loops, state_->admission, *state_->inherited);
  if (!listener) return listener.fault();
  const std::uint16_t port = (*listener)->port();
  state_->listeners.push_back(*std::move(listener));
  return port;
}

Fallible<std::uint16_t> Server::add_datagram_listener(const std::string& name,
                                                      const std::string& endpoint,
                                                      DatagramServer& server) {
  if (!state_->datagrams) {
    state_->datagrams =
        std::make_unique<UdpListener>(state_->loops.size(), state_->environment, server);
  }
  return state_->datagrams->add(name, endpoint, state_->datagram_sockets++, *state_->inherited);
}

void Server::start() {
  state_->running = true;
  state_->lanes.start();
  if (state_->datagrams) state_->datagrams->start();
  for (const auto& loop : state_->loops) loop->start();
  for (const auto& listener : state_->listeners) listener->start();
}

std::optional<std::uint16_t> Server::port(std::string_view name) const {
  for (const auto& listener : state_->listeners) {
    if (listener->name() == name) return listener->port();
  }
  return std::nullopt;
}

void Server::reload_tls(std::shared_ptr<const TlsContext> context) {
  state_->environment.tls.set(std::move(context));
}

void Server::stop(std::chrono::milliseconds deadline) {
  if (!std::exchange(state_->running, false)) return;
  const auto until = std::chrono::steady_clock::now() + deadline;
  for (const auto& listener : state_->listeners) listener->stop();
  if (state_->datagrams) state_->datagrams->stop();
  for (const auto& loop : state_->loops) loop->shutdown();
  for (const auto& loop : state_->loops) loop->wait_empty(until);
  // Loops first: closing a connection cancels its work, so that the lanes come to an end.
  for (const auto& loop : state_->loops) loop->stop();
  state_->lanes.stop();
}

std::size_t Server::loops() const noexcept { return state_->loops.size(); }

void Server::post(std::size_t loop, std::function<void()> function) {
  state_->loops[loop]->post(std::move(function));
}

LanePool& Server::lanes() noexcept { return state_->lanes; }

Traffic Server::traffic() const {
  Traffic sum;
  for (const auto& loop : state_->loops) sum.add(loop->stats());
  return sum;
}

LaneLoad Server::lane_load(Lane lane) const { return state_->lanes.load(lane); }

}  // namespace postern::net
