#include "net/listener.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <future>
#include <string_view>
#include <system_error>
#include <utility>

#include "net/admission.h"
#include "net/endpoint.h"
#include "net/reactor.h"

namespace postern::net {

namespace {

using Executor = boost::asio::io_context::executor_type;
using Clock = std::chrono::steady_clock;

constexpr int kAcceptsPerTurn = 64;  // then the loop's connections get their turn

// Out of something that comes back: the connection stays in the backlog meanwhile.
bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

bool is_drained(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

void prepare(int fd, const Peer& peer) {
  if (peer.source.kind == SourceKey::Kind::local) return;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

// Connections inherit it from the listening socket. Both come with every kernel; should neither be
// allowed, the machine's own stays.
void stop_pacing(int fd) {
  for (const std::string_view name : {"cubic", "reno"}) {
    const auto size = static_cast<socklen_t>(name.size());
    if (::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name.data(), size) == 0) return;
  }
}

// Of the process that connected, at the time when it did.
std::optional<LocalPeer> local_peer(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return LocalPeer{credentials.uid, credentials.gid, credentials.pid};
}

}  // namespace

struct Listener::State {
  State(ListenOptions the_options, SessionFactory the_factory, Bound bound,
        const std::vector<std::unique_ptr<Loop>>& all_loops, Admission& the_admission)
      : options(std::move(the_options)),
        factory(std::make_shared<const SessionFactory>(std::move(the_factory))),
        loops(all_loops),
        admission(the_admission),
        reactor(all_loops.front()->reactor()),
        socket(reactor.io),
        pause(reactor.io),
        port(bound.port),
        unix_path(std::move(bound.unix_path)) {
    socket.assign(bound.fd.get());
    bound.fd.release();
  }

  void wait();
  void accept_some();
  void take(UniqueFd fd, const sockaddr_storage& address);
  void hold_back(int error);
  void close();

  const ListenOptions options;
  const std::shared_ptr<const SessionFactory> factory;
  const std::vector<std::unique_ptr<Loop>>& loops;
  Admission& admission;
  Reactor& reactor;  // the loop that accepts
  boost::asio::posix::basic_stream_descriptor<Executor> socket;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor> pause;
  const std::uint16_t port;
  std::string unix_path;
  std::size_t next_loop = 0;
  bool started = false;
};

void Listener::State::wait() {
  socket.async_wait(boost::asio::posix::descriptor_base::wait_read,
                    [this](const boost::system::error_code& error) {
                      if (!error && socket.is_open()) accept_some();
                    });
}

void Listener::State::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    UniqueFd fd(::accept4(socket.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                          SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      take(std::move(fd), address);
      continue;
    }
    if (is_drained(errno)) break;
    if (is_shortage(errno)) {
      hold_back(errno);
      return;
    }
    // Anything else is about that one peer, which has gone already.
  }
  wait();
}

void Listener::State::take(UniqueFd fd, const sockaddr_storage& address) {
  bump(reactor.stats.accepted);
  Peer peer = describe_peer(address);
  Admission::Refusal refusal = Admission::Refusal::none;
  Arrival arrival;
  arrival.ticket = admission.admit(peer.source, refusal);
  if (!arrival.ticket) {
    bump(refusal == Admission::Refusal::total ? reactor.stats.refused_total
                                              : reactor.stats.refused_source);
    reactor.environment.report(
        Level::debug, "net.accept.refused",
        options.name + ": too many connections, refusing " + peer.info.address);
    if (!options.refusal.empty() && !options.tls) {
      ::send(fd.get(), options.refusal.data(), options.refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    return;
  }
  prepare(fd.get(), peer);
  if (address.ss_family == AF_UNIX) peer.info.local = local_peer(fd.get());
  peer.info.tls = options.tls;
  if (options.proxies.contains(address)) arrival.proxied = &admission;
  arrival.fd = std::move(fd);
  arrival.peer = std::move(peer.info);
  arrival.factory = factory;
  arrival.implicit_tls = options.tls;
  arrival.tls_slot = options.tls_slot;
  Reactor& target = loops[next_loop]->reactor();
  next_loop = (next_loop + 1) % loops.size();
  boost::asio::post(
      target.io, [&target, held = std::move(arrival)]() mutable { target.adopt(std::move(held)); });
}

void Listener::State::hold_back(int error) {
  bump(reactor.stats.accept_pauses);
  reactor.environment.report(Level::warning, "net.accept.paused",
                             options.name + ": " + std::generic_category().message(error));
  pause.expires_after(reactor.environment.limits.accept_pause);
  pause.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && socket.is_open()) accept_some();
  });
}

void Listener::State::close() {
  boost::system::error_code ignored;
  socket.close(ignored);
  pause.cancel();
  if (!unix_path.empty()) ::unlink(unix_path.c_str());
  unix_path.clear();
}

Fallible<std::unique_ptr<Listener>> Listener::bind(ListenOptions options, SessionFactory factory,
                                                   const std::vector<std::unique_ptr<Loop>>& loops,
                                                   Admission& admission,
                                                   InheritedSockets& inherited) {
  Fallible<Bound> bound = bind_endpoint(options.endpoint, options.unix_mode, inherited);
  if (!bound) return bound.fault();
  if (options.short_answers && bound->unix_path.empty()) stop_pacing(bound->fd.get());
  auto state = std::make_unique<State>(std::move(options), std::move(factory), *std::move(bound),
                                       loops, admission);
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() { stop(); }

void Listener::start() {
  state_->started = true;
  boost::asio::post(state_->reactor.io, [state = state_.get()] { state->wait(); });
}

void Listener::stop() {
  if (!state_->started) {
    state_->close();
    return;
  }
  state_->started = false;
  std::promise<void> closed;
  boost::asio::post(state_->reactor.io, [state = state_.get(), &closed] {
    state->close();
    closed.set_value();
  });
  closed.get_future().wait();
}

const std::string& Listener::name() const noexcept { return state_->options.name; }

std::uint16_t Listener::port() const noexcept { return state_->port; }

}  // namespace postern::net
