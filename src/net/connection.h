#pragma once
// Connection: runs one StreamSession on one socket: reports events, does what the answer wants.
//
// Readiness style: it waits until the socket is readable and only then reads, into the loop's
// buffer; it sends at the end of the batch of events that it is part of (at once outside of one)
// and keeps only what the kernel did not take. So an idle connection holds no buffer. Waiting uses
// memory inside the connection: nothing is allocated per event.
//
// Order of one answer: run is submitted, output is sent or queued, then what depends on flushed
// output: close, start_tls, written(). written() follows in the same turn once; if the session
// appends again in it, the next one waits for the next turn, so that others get theirs.
//
// StartTLS (RFC 4511 4.14.1): input that arrived before the session's answer could leave is
// plaintext sent too early; the connection is closed rather than let it count as protected. What
// comes later goes to the handshake, which refuses anything but TLS. A session must itself refuse
// octets that it received behind the request.
//
// Behind a trusted proxy, its header is read before anything else, octet for octet, and the peer is
// from then on the one that it names (connection_preamble.cpp).
//
// After close() is wanted no event follows. If there was a last word, the sending side is shut down
// and input read and forgotten for a moment, so that the kernel does not reset the connection and
// lose it.
//
// Internal to net. The loop's thread only. Deletes itself through the Reactor when closed and no
// handler is outstanding.

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "net/admission.h"
#include "net/handler_memory.h"
#include "net/listener.h"
#include "net/transport.h"
#include "net/unique_fd.h"
#include "protocols/session.h"

namespace postern::net {

struct Reactor;
struct ProxyHeader;

// An accepted socket on its way to its loop.
struct Arrival {
  UniqueFd fd;
  PeerInfo peer;
  Admission::Ticket ticket;
  std::shared_ptr<const SessionFactory> factory;
  bool implicit_tls = false;
  std::shared_ptr<const TlsSlot> tls_slot = nullptr;  // else the server's
  Admission* proxied = nullptr;  // a PROXY header comes first; its client is counted here instead
};

class Connection {
 public:
  // Takes over arrival.fd. Throws boost::system::system_error if the loop cannot watch it.
  Connection(Reactor& reactor, std::uint64_t id, Arrival arrival);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void begin();
  void finish_run(std::uint32_t run, bool ran);
  void shut_down();                  // the server stops
  void abort();                      // close now
  void ready(std::uint32_t events);  // what the socket reports
  void flush_now();                  // the end of a batch in which something was to be sent
  bool gone() const noexcept { return phase_ == Phase::closed && outstanding_ == 0; }

 private:
  using Executor = boost::asio::io_context::executor_type;
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  enum class Phase : std::uint8_t { preamble, handshake, open, closing, linger, closed };

  template <void (Connection::*Method)()>
  class Handler;

  // Handlers
  void on_readable();
  void on_writable();
  void on_timer();
  void on_turn();

  // Events to the session
  template <typename Event>
  void deliver(Event&& event);
  void begin_speaking();
  void read_preamble();
  bool take_over(const ProxyHeader& header);
  void open_session();
  void read_once();
  void lose();
  void obey(Wants answer, Octets& output);
  void submit(Run run);

  // Acting on the current wants
  void send(Octets& output);
  void flush_rest();
  void settle();
  bool settle_flushed();
  void begin_handshake();
  void step_handshake();
  void finish_closing();
  void read_linger();
  void begin_closing();
  void release_session();
  void close();
  void fault(std::string_view what);

  // Waiting
  void wait_input();
  void wait_readable();
  void wait_writable();
  void want_turn();
  void set_watchdog();
  std::optional<Instant> due() const;

  std::size_t unsent() const noexcept { return rest_.size() - rest_sent_; }
  bool pipelined_before_tls();
  void watch(std::uint32_t events);
  template <typename Call>
  void guarded(Call&& call);

  Reactor& reactor_;
  const std::uint64_t id_;
  UniqueFd socket_;
  Timer timer_;
  Transport transport_;
  std::unique_ptr<StreamSession> session_;
  std::shared_ptr<const SessionFactory> factory_;
  PeerInfo peer_;
  Admission::Ticket ticket_;
  const std::shared_ptr<const TlsSlot> tls_slot_;
  Admission* proxied_;  // until the PROXY header has been read
  Wants wants_;
  Octets rest_;  // output that the kernel has not taken, from rest_sent_ on
  std::size_t rest_sent_ = 0;
  std::vector<std::pair<std::uint32_t, std::shared_ptr<Work>>> runs_;
  Instant armed_;           // when the watchdog fires; meaningful while waiting_timer_
  Instant phase_deadline_;  // preamble, handshake, closing, linger

  Phase phase_ = Phase::open;
  std::uint8_t outstanding_ = 0;  // handlers that Asio holds
  bool implicit_tls_ = false;
  std::uint32_t watched_ = 0;  // what the poller is told to report
  bool flush_due_ = false;     // in the reactor's list for the end of the batch
  bool waiting_read_ = false;
  bool waiting_write_ = false;
  bool waiting_timer_ = false;
  bool waiting_turn_ = false;
  bool again_due_ = false;          // a turn was asked for wake()
  bool read_due_ = false;           // a turn was asked for TLS octets in memory
  bool flush_on_readable_ = false;  // TLS must read before it can write
  bool read_on_writable_ = false;   // TLS must write before it can read
  bool written_due_ = false;        // output was appended since the last written()
  bool written_told_ = false;       // written() was already called in this turn
  bool starting_tls_ = false;
  bool eof_ = false;
  bool lost_ = false;
  bool last_word_ = false;  // output went out together with the wish to close

  HandlerMemory timer_memory_;
  HandlerMemory turn_memory_;
};

}  // namespace postern::net
