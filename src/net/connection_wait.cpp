// How a Connection waits: for its socket, its watchdog, its next turn. At most one wait of each
// kind is outstanding, in memory of its own.

#include <boost/asio/post.hpp>

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

void Connection::wait_readable() {
  if (waiting_read_) return;
  waiting_read_ = true;
  socket_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                     Handler<&Connection::on_readable>(*this, read_memory_));
}

void Connection::wait_writable() {
  if (waiting_write_) return;
  waiting_write_ = true;
  socket_.async_wait(boost::asio::posix::descriptor_base::wait_write,
                     Handler<&Connection::on_writable>(*this, write_memory_));
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
