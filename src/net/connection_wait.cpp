// How a Connection waits: for its socket, its watchdog, its next turn. At most one wait of each
// kind is outstanding, in memory of its own.

#include <boost/asio/post.hpp>
#include <sys/epoll.h>

#include <algorithm>
#include <exception>

#include "net/connection.h"
#include "net/reactor.h"

namespace postern::net {

// A completion of Asio: counts itself out, runs its method, and lets the connection go when it was
// the last thing that held it.
template <void (Connection::*Method)()>
class Connection::Handler {
 public:
  using allocator_type = SlotAllocator<std::byte>;

  Handler(Connection& connection, HandlerMemory& memory) noexcept
      : connection_(&connection), memory_(&memory) {
    ++connection.outstanding_;
  }
  allocator_type get_allocator() const noexcept { return allocator_type(*memory_); }

  void operator()(const boost::system::error_code& = {}) const {
    Connection& connection = *connection_;
    --connection.outstanding_;
    connection.written_told_ = false;
    try {
      if (connection.phase_ != Phase::closed) (connection.*Method)();
    } catch (const std::exception& error) {
      connection.fault(error.what());
    }
    if (connection.gone()) connection.reactor_.forget(connection.id_);
  }

 private:
  Connection* connection_;
  HandlerMemory* memory_;
};

void Connection::wait_input() {
  if (transport_.buffered()) {
    read_due_ = true;
    want_turn();
  } else {
    wait_readable();
  }
}

void Connection::watch(std::uint32_t events) {
  reactor_.poller.watch(socket_.get(), id_, watched_, events);
  watched_ = events;
}

void Connection::wait_readable() {
  waiting_read_ = true;
  if ((watched_ & EPOLLIN) == 0) watch(watched_ | EPOLLIN);
}

void Connection::wait_writable() {
  waiting_write_ = true;
  if ((watched_ & EPOLLOUT) == 0) watch(watched_ | EPOLLOUT);
}

template <typename Call>
void Connection::guarded(Call&& call) {
  written_told_ = false;
  try {
    call();
  } catch (const std::exception& error) {
    fault(error.what());
  }
}

void Connection::ready(std::uint32_t events) {
  guarded([this, events] {
    const bool broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
    const bool readable = broken || (events & EPOLLIN) != 0;
    const bool writable = broken || (events & EPOLLOUT) != 0;
    if (readable && waiting_read_) on_readable();
    if (phase_ == Phase::closed) return;
    if (writable && waiting_write_) on_writable();
    if (phase_ == Phase::closed) return;
    // Interest that nobody has any more is given up here, when it would otherwise be reported again
    // and again. A broken socket is reported whatever the interest: without one it leaves the set.
    std::uint32_t wanted = watched_;
    if (readable && !waiting_read_) wanted &= ~std::uint32_t{EPOLLIN};
    if (!waiting_write_) wanted &= ~std::uint32_t{EPOLLOUT};
    if (wanted != watched_) watch(wanted);
  });
}

void Connection::flush_now() {
  flush_due_ = false;
  if (phase_ == Phase::closed) return;
  guarded([this] {
    flush_rest();
    settle();
  });
}

void Connection::want_turn() {
  if (waiting_turn_) return;
  waiting_turn_ = true;
  boost::asio::post(reactor_.io, Handler<&Connection::on_turn>(*this, turn_memory_));
}

std::optional<Instant> Connection::due() const {
  switch (phase_) {
    case Phase::open:
      return wants_.timer;
    case Phase::handshake:
      return wants_.timer ? std::min(*wants_.timer, phase_deadline_) : phase_deadline_;
    case Phase::preamble:
    case Phase::closing:
    case Phase::linger:
      return phase_deadline_;
    case Phase::closed:
      break;
  }
  return std::nullopt;
}

// The timer is left alone while it fires no later than needed: on most events a deadline only moves
// further away, and the timer is set anew when it fires too early.
void Connection::set_watchdog() {
  const std::optional<Instant> deadline = due();
  if (!deadline) return;
  if (waiting_timer_) {
    if (*deadline < armed_) {
      armed_ = *deadline;  // once is enough; the cancelled wait comes back to on_timer()
      timer_.cancel();
    }
    return;
  }
  waiting_timer_ = true;
  armed_ = *deadline;
  timer_.expires_at(*deadline);
  timer_.async_wait(Handler<&Connection::on_timer>(*this, timer_memory_));
}

}  // namespace postern::net
