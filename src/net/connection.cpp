#include "net/connection.h"

#include <string.h>

#include <algorithm>
#include <exception>
#include <string>

#include "net/lane.h"
#include "net/reactor.h"

namespace postern::net {

namespace {

constexpr std::size_t kCollected = 16384;  // larger output is sent at once, not copied
constexpr std::size_t kKeptRest = 4096;    // a drained rest above this gives its memory back

}  // namespace

Connection::Connection(Reactor& reactor, std::uint64_t id, Arrival arrival)
    : reactor_(reactor),
      id_(id),
      socket_(std::move(arrival.fd)),
      timer_(reactor.io),
      transport_(socket_.get()),
      factory_(std::move(arrival.factory)),
      peer_(std::move(arrival.peer)),
      ticket_(std::move(arrival.ticket)),
      tls_slot_(std::move(arrival.tls_slot)),
      proxied_(arrival.proxied),
      implicit_tls_(arrival.implicit_tls) {}

Connection::~Connection() = default;

void Connection::begin() {
  if (proxied_ == nullptr) {
    begin_speaking();
    return;
  }
  phase_ = Phase::preamble;
  phase_deadline_ = clock_now() + reactor_.environment.limits.handshake;
  wait_readable();
  set_watchdog();
}

void Connection::begin_speaking() {
  if (implicit_tls_) {
    begin_handshake();
  } else {
    open_session();
  }
}

void Connection::open_session() {
  try {
    session_ = (*factory_)(peer_);
  } catch (const std::exception& error) {
    fault(error.what());
    return;
  }
  if (!session_) {
    close();
    return;
  }
  deliver([](StreamSession& session, Io& io) { return session.start(io); });
}

// --- events
// ---------------------------------------------------------------------------------------

template <typename Event>
void Connection::deliver(Event&& event) {
  Octets& output = reactor_.fresh_output();
  Wants answer;
  try {
    Io io{output, unsent(), reactor_.now()};
    answer = event(*session_, io);
  } catch (const std::exception& error) {
    fault(error.what());
    return;
  } catch (...) {
    fault("unknown exception");
    return;
  }
  obey(std::move(answer), output);
}

void Connection::obey(Wants answer, Octets& output) {
  wants_ = std::move(answer);
  if (wants_.close) {
    if (phase_ == Phase::handshake) {
      close();  // nothing may leave in clear text any more, and TLS is not up yet
      return;
    }
    begin_closing();
  } else if (wants_.run) {
    submit(*std::exchange(wants_.run, std::nullopt));
  }
  if (wants_.start_tls && !transport_.tls()) starting_tls_ = true;
  send(output);
  settle();
}

void Connection::submit(Run run) {
  runs_.emplace_back(run.id, run.work);
  reactor_.environment.lanes->submit(
      run.lane, std::move(run.work), reactor_.loop,
      [reactor = &reactor_, connection = id_, id = run.id](bool ran) {
        Connection* found = reactor->find(connection);
        if (found == nullptr) return;
        found->finish_run(id, ran);
        if (found->gone()) reactor->forget(connection);
      });
}

void Connection::finish_run(std::uint32_t run, bool ran) {
  written_told_ = false;
  const auto found = std::find_if(runs_.begin(), runs_.end(),
                                  [run](const auto& held) { return held.first == run; });
  if (found == runs_.end()) return;
  runs_.erase(found);
  if (phase_ != Phase::open && phase_ != Phase::handshake) return;
  deliver([run, ran](StreamSession& session, Io& io) {
    return ran ? session.done(io, run) : session.refused(io, run);
  });
}

void Connection::read_once() {
  const std::span<std::uint8_t> input = reactor_.input();
  const Moved moved = transport_.read(input);
  switch (moved.status) {
    case IoStatus::ok: {
      bump(reactor_.stats.octets_in, moved.octets);
      const OctetView view(input.data(), moved.octets);
      deliver([view](StreamSession& session, Io& io) { return session.bytes(io, view); });
      // It may have been a password, and the next reader of this buffer is another connection.
      explicit_bzero(input.data(), moved.octets);
      return;
    }
    case IoStatus::eof:
      eof_ = true;
      deliver([](StreamSession& session, Io& io) { return session.eof(io); });
      return;
    case IoStatus::lost:
      lost_ = true;
      break;
    case IoStatus::want_write:
      read_on_writable_ = true;
      wait_writable();
      break;
    case IoStatus::want_read:
      break;
  }
  settle();
}

void Connection::lose() {
  if (session_ && !eof_ && phase_ == Phase::open) {
    eof_ = true;
    deliver([](StreamSession& session, Io& io) { return session.eof(io); });
  }
  close();
}

void Connection::shut_down() {
  written_told_ = false;
  if (phase_ == Phase::open) {
    deliver([](StreamSession& session, Io& io) { return session.shutdown(io); });
  } else if (phase_ == Phase::handshake || phase_ == Phase::preamble) {
    close();
  }
}

// --- output
// ---------------------------------------------------------------------------------------

bool Connection::pipelined_before_tls() {
  if (!starting_tls_ || !transport_.input_waiting()) return false;
  reactor_.environment.report(Level::warning, "net.tls.pipelined",
                              "closing the connection of " + peer_.address +
                                  ": it sent more before it saw the answer to StartTLS");
  close();
  return true;
}

void Connection::send(Octets& output) {
  if (output.empty() || lost_) return;
  written_due_ = true;
  if (phase_ == Phase::closing) last_word_ = true;
  if (unsent() > 0 || phase_ == Phase::handshake) {
    if (rest_sent_ > rest_.size() / 2) {
      rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(rest_sent_));
      rest_sent_ = 0;
    }
    rest_.insert(rest_.end(), output.begin(), output.end());
    return;
  }
  if (pipelined_before_tls()) return;
  if (reactor_.in_batch() && output.size() <= kCollected && phase_ == Phase::open) {
    rest_.assign(output.begin(), output.end());
    rest_sent_ = 0;
    flush_due_ = true;
    reactor_.flush_later(id_);
    return;
  }
  const Moved moved = transport_.write(output);
  bump(reactor_.stats.octets_out, moved.octets);
  lost_ = moved.status == IoStatus::lost;
  flush_on_readable_ = moved.status == IoStatus::want_read;
  if (lost_ || moved.octets == output.size()) return;
  rest_.assign(output.begin() + static_cast<std::ptrdiff_t>(moved.octets), output.end());
  rest_sent_ = 0;
}

void Connection::flush_rest() {
  if (unsent() == 0 || pipelined_before_tls()) return;
  const Moved moved = transport_.write(OctetView(rest_).subspan(rest_sent_));
  bump(reactor_.stats.octets_out, moved.octets);
  lost_ = moved.status == IoStatus::lost;
  flush_on_readable_ = moved.status == IoStatus::want_read;
  rest_sent_ += moved.octets;
  if (unsent() > 0) return;
  rest_sent_ = 0;
  rest_.clear();
  if (rest_.capacity() > kKeptRest) Octets().swap(rest_);
}

// --- doing what is wanted
// -------------------------------------------------------------------------

// Starts what the state allows and makes sure that whatever comes next is waited for.
void Connection::settle() {
  if (phase_ == Phase::closed || phase_ == Phase::linger) return;
  if (lost_) {
    lose();
    return;
  }
  if (phase_ == Phase::handshake) {
    set_watchdog();
    return;
  }
  if (flush_due_) {
    // It leaves at the end of this batch, which settles again.
  } else if (unsent() > 0) {
    if (flush_on_readable_) {
      wait_readable();
    } else {
      wait_writable();
    }
  } else if (settle_flushed()) {
    return;
  }
  if (phase_ == Phase::open) {
    if (wants_.again) again_due_ = true;
    if (wants_.again || (written_due_ && unsent() == 0)) want_turn();
    if (wants_.read && !eof_ && !starting_tls_ && !read_on_writable_) wait_input();
  }
  set_watchdog();
}

// True if it went on to something that settles by itself.
bool Connection::settle_flushed() {
  if (phase_ == Phase::closing) {
    finish_closing();
    return true;
  }
  if (starting_tls_) {
    begin_handshake();
    return true;
  }
  if (!written_due_ || written_told_) return false;
  written_due_ = false;
  written_told_ = true;
  deliver([](StreamSession& session, Io& io) { return session.written(io); });
  return true;
}

void Connection::begin_handshake() {
  const TlsSlot& slot = tls_slot_ != nullptr ? *tls_slot_ : reactor_.environment.tls;
  std::shared_ptr<const TlsContext> context = slot.get();
  starting_tls_ = false;
  written_due_ = false;
  if (!context || !transport_.begin_tls(std::move(context))) {
    reactor_.environment.report(
        Level::error, "net.tls.unavailable",
        "closing the connection of " + peer_.address + ": TLS is not available");
    close();
    return;
  }
  phase_ = Phase::handshake;
  phase_deadline_ = clock_now() + reactor_.environment.limits.handshake;
  step_handshake();
}

void Connection::step_handshake() {
  switch (transport_.handshake()) {
    case IoStatus::ok:
      bump(reactor_.stats.tls_handshakes);
      phase_ = Phase::open;
      peer_.tls = true;
      transport_.describe(peer_);
      if (session_) {
        deliver([this](StreamSession& session, Io& io) {
          io.peer = &peer_;
          return session.tls_up(io);
        });
      } else {
        open_session();
      }
      return;
    case IoStatus::want_read:
      wait_readable();
      break;
    case IoStatus::want_write:
      wait_writable();
      break;
    default:
      bump(reactor_.stats.tls_failures);
      reactor_.environment.report(Level::debug, "net.tls.failed",
                                  "handshake with " + peer_.address + " failed");
      close();
      return;
  }
  set_watchdog();
}

// --- what Asio reports
// ----------------------------------------------------------------------------

void Connection::on_readable() {
  waiting_read_ = false;
  if (phase_ == Phase::preamble) {
    read_preamble();
  } else if (phase_ == Phase::handshake) {
    step_handshake();
  } else if (phase_ == Phase::linger) {
    read_linger();
  } else if (flush_on_readable_) {
    flush_rest();
    settle();
  } else if (phase_ == Phase::open && wants_.read && !eof_ && !starting_tls_) {
    read_once();
  }
}

void Connection::on_writable() {
  waiting_write_ = false;
  if (phase_ == Phase::handshake) {
    step_handshake();
    return;
  }
  if (phase_ == Phase::linger) return;
  flush_rest();
  if (std::exchange(read_on_writable_, false) && phase_ == Phase::open && wants_.read && !eof_) {
    read_once();
    return;
  }
  settle();
}

void Connection::on_turn() {
  waiting_turn_ = false;
  const bool read = std::exchange(read_due_, false);
  const bool wake = std::exchange(again_due_, false) && wants_.again;
  if (phase_ != Phase::open) return;
  if (read && wants_.read && !eof_ && !starting_tls_) read_once();
  if (wake && wants_.again && phase_ == Phase::open) {
    deliver([](StreamSession& session, Io& io) { return session.wake(io); });
  } else {
    settle();
  }
}

void Connection::on_timer() {
  waiting_timer_ = false;
  const std::optional<Instant> deadline = due();
  const Instant now = clock_now();
  if (!deadline || now < *deadline) {
    set_watchdog();
    return;
  }
  if (phase_ != Phase::open && now >= phase_deadline_) {
    if (phase_ == Phase::handshake) bump(reactor_.stats.tls_failures);
    close();
    return;
  }
  wants_.timer.reset();
  deliver([](StreamSession& session, Io& io) { return session.timer(io); });
}

}  // namespace postern::net
