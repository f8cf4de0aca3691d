// How a Connection ends: by its session's wish, by the server's, by a fault. What was said last is
// flushed, and a peer that still sends is listened to for a moment, so that it reads these words
// instead of a reset.

#include <string.h>

#include <string>

#include "net/connection.h"
#include "net/reactor.h"

namespace postern::net {

void Connection::abort() { close(); }

void Connection::fault(std::string_view what) {
  if (phase_ == Phase::closed) return;
  bump(reactor_.stats.session_faults);
  reactor_.environment.report(
      Level::error, "net.session.fault",
      "closing the connection of " + peer_.address + ": " + std::string(what));
  close();
}

void Connection::begin_closing() {
  if (phase_ != Phase::open) return;
  phase_ = Phase::closing;
  phase_deadline_ = clock_now() + reactor_.environment.limits.flush;
  last_word_ = unsent() > 0;
}

void Connection::finish_closing() {
  transport_.say_close_notify();
  if (!last_word_ || eof_) {
    close();
    return;
  }
  release_session();
  transport_.end_sending();
  phase_ = Phase::linger;
  phase_deadline_ = clock_now() + reactor_.environment.limits.linger;
  read_linger();
}

void Connection::read_linger() {
  const std::span<std::uint8_t> scratch = reactor_.input();
  const IoStatus status = transport_.discard(scratch);
  explicit_bzero(scratch.data(), scratch.size());
  if (status != IoStatus::want_read) {
    close();
    return;
  }
  wait_readable();
  set_watchdog();
}

void Connection::release_session() {
  for (const auto& [id, work] : runs_) work->cancel();
  runs_.clear();
  wants_ = Wants{};
  session_.reset();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  release_session();
  socket_ = UniqueFd();  // closing takes it out of the poller's set
  watched_ = 0;
  timer_.cancel();
  ticket_ = {};
  Octets().swap(rest_);
  rest_sent_ = 0;
}

}  // namespace postern::net
