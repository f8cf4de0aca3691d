#include "net/udp_listener.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <future>
#include <unordered_map>
#include <utility>

#include "net/lane.h"
#include "net/loop.h"
#include "net/reactor.h"
#include "net/udp_socket.h"

namespace postern::net {
namespace {

using Executor = boost::asio::io_context::executor_type;
using Clock = std::chrono::steady_clock;

}  // namespace

struct UdpListener::State : std::enable_shared_from_this<UdpListener::State> {
  struct Endpoint {
    Endpoint(UdpSocket the_socket, std::string the_name, Reactor& reactor)
        : socket(std::move(the_socket)), name(std::move(the_name)), waiter(reactor.io) {
      // The descriptor only waits; the socket stays its owner.
      waiter.assign(socket.fd());
    }
    ~Endpoint() {
      if (waiter.is_open()) waiter.release();
    }
    UdpSocket socket;
    std::string name;
    boost::asio::posix::basic_stream_descriptor<Executor> waiter;
  };

  State(std::size_t index, const Environment& env, DatagramServer& the_server)
      : environment(env), server(the_server), loop(index, env), clock(loop.reactor().io) {
    buffer.resize(UdpSocket::kBatch * kMaxDatagram);
  }

  void wait(std::size_t at);
  void receive(std::size_t at);
  template <typename Event>
  void deliver(Event&& event);
  void settle();
  void flush();
  void submit(Run run);
  void finish(std::uint32_t id, bool ran);
  void arm();
  void close();

  const Environment& environment;
  DatagramServer& server;
  Loop loop;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor> clock;
  std::vector<std::unique_ptr<Endpoint>> endpoints;
  std::vector<std::uint16_t> numbers;  // DatagramPeer::socket of each endpoint
  Octets buffer;
  std::vector<Outgoing> sends, batch;
  std::vector<Run> runs;
  std::unordered_map<std::uint32_t, std::shared_ptr<Work>> running;
  std::optional<Instant> timer;
  std::optional<Instant> armed;
  bool started = false;
  bool closed = false;  // the loop's thread only
};

template <typename Event>
void UdpListener::State::deliver(Event&& event) {
  try {
    DatagramIo io{Clock::now(), sends, runs, timer};
    event(io);
  } catch (const std::exception& error) {
    environment.report(Level::error, "net.udp.fault", error.what());
  }
}

void UdpListener::State::wait(std::size_t at) {
  endpoints[at]->waiter.async_wait(boost::asio::posix::descriptor_base::wait_read,
                                   [this, at](const boost::system::error_code& error) {
                                     if (!error && !closed) receive(at);
                                   });
}

void UdpListener::State::receive(std::size_t at) {
  for (const UdpSocket::Received& one : endpoints[at]->socket.receive(buffer, kMaxDatagram)) {
    deliver([&](DatagramIo& io) { server.datagram(io, one.from, one.octets); });
  }
  settle();
  wait(at);
}

void UdpListener::State::settle() {
  for (Run& run : runs) submit(std::move(run));
  runs.clear();
  flush();
  arm();
}

void UdpListener::State::flush() {
  for (std::size_t at = 0; at < endpoints.size() && !sends.empty(); ++at) {
    for (Outgoing& one : sends) {
      if (one.to.socket == numbers[at]) batch.push_back(std::move(one));
    }
    if (batch.empty()) continue;
    if (const std::size_t lost = endpoints[at]->socket.send(batch); lost != 0) {
      environment.report(Level::debug, "net.udp.unsent", endpoints[at]->name);
    }
    batch.clear();
  }
  sends.clear();
}

void UdpListener::State::submit(Run run) {
  running.emplace(run.id, run.work);
  environment.lanes->submit(run.lane, std::move(run.work), loop,
                            [held = weak_from_this(), id = run.id](bool ran) {
                              if (const auto state = held.lock()) state->finish(id, ran);
                            });
}

void UdpListener::State::finish(std::uint32_t id, bool ran) {
  if (running.erase(id) == 0 || closed) return;
  deliver([&](DatagramIo& io) { ran ? server.done(io, id) : server.refused(io, id); });
  settle();
}

void UdpListener::State::arm() {
  if (!timer || (armed && *armed <= *timer)) return;
  armed = timer;
  clock.expires_at(*timer);
  clock.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || closed) return;
    armed.reset();
    timer.reset();
    deliver([this](DatagramIo& io) { server.timer(io); });
    settle();
  });
}

void UdpListener::State::close() {
  closed = true;
  clock.cancel();
  for (const auto& endpoint : endpoints) endpoint->waiter.release();
  for (const auto& one : running) one.second->cancel();
}

UdpListener::UdpListener(std::size_t loop_index, const Environment& environment,
                         DatagramServer& server)
    : state_(std::make_shared<State>(loop_index, environment, server)) {}

UdpListener::~UdpListener() { stop(); }

Fallible<std::uint16_t> UdpListener::add(const std::string& name, const std::string& endpoint,
                                         std::uint16_t socket, InheritedSockets& inherited) {
  Fallible<UdpSocket> bound = UdpSocket::bind(endpoint, socket, inherited);
  if (!bound) return bound.fault();
  const std::uint16_t port = bound->port();
  state_->endpoints.push_back(
      std::make_unique<State::Endpoint>(*std::move(bound), name, state_->loop.reactor()));
  state_->numbers.push_back(socket);
  return port;
}

void UdpListener::start() {
  state_->started = true;
  state_->loop.start();
  state_->loop.post([state = state_.get()] {
    for (std::size_t at = 0; at < state->endpoints.size(); ++at) state->wait(at);
    state->deliver([state](DatagramIo& io) { state->server.timer(io); });
    state->settle();
  });
}

void UdpListener::stop() {
  if (!std::exchange(state_->started, false)) return;
  std::promise<void> closed;
  state_->loop.post([state = state_.get(), &closed] {
    state->close();
    closed.set_value();
  });
  closed.get_future().wait();
  state_->loop.stop();
}

}  // namespace postern::net
