#pragma once
// StreamSession: one peer's conversation over a byte stream, and Wants, what it asks of its runner.
//
// A session is sans-io: it owns no socket, clock or thread. The runner (net/connection) reports an
// event, the session answers with the full set of its wants; each answer replaces the one before.
// A session lives on one loop; only Work::run() happens elsewhere.
//
// Events come one at a time and never re-entrantly. Bytes handed in are consumed at once: what the
// session cannot use yet it keeps itself (bounded; it stops wanting to read when it holds enough).
// Output is appended to Io::out; the runner sends it in order and reports written() when all that
// was appended so far has left. Design: design.md 2, idea 1.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace postern {

using Octets = std::vector<std::uint8_t>;
using OctetView = std::span<const std::uint8_t>;
using Instant = std::chrono::steady_clock::time_point;

// Where blocking work runs. Queues are bounded; a full one refuses the work.
enum class Lane : std::uint8_t { hash, store, http, outbound };

// Work is a unit of blocking work. The session keeps a reference, and reads the result from its own
// derived type once the runner reports done(id).
class Work {
 public:
  virtual ~Work() = default;
  virtual void run() noexcept = 0;

  // Asks a running or queued work to stop early; the session no longer cares for the result.
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

  // Requests with the same key share one turn in the lane's queue, so that one busy source or
  // service cannot keep out the others.
  std::uint64_t fairness_key = 0;

 private:
  std::atomic<bool> cancelled_{false};
};

struct Run {
  std::uint32_t id = 0;  // chosen by the session, echoed in done(id) or refused(id)
  Lane lane = Lane::hash;
  std::shared_ptr<Work> work;
};

struct Wants {
  bool read = true;              // deliver further input
  bool again = false;            // call wake() on the next turn of the loop
  bool start_tls = false;        // once all output has left: handshake as server, then tls_up()
  bool close = false;            // once all output has left: close
  std::optional<Instant> timer;  // call timer() then; absent = no timer
  std::optional<Run> run;        // start this work; at most one per event
};

struct PeerInfo;

// Lent by the runner for the duration of one event.
struct Io {
  Octets& out;                     // append only
  std::size_t unsent = 0;          // octets of earlier output not yet taken by the kernel
  Instant now;                     // the loop's clock at this event
  const PeerInfo* peer = nullptr;  // in tls_up(): the facts as they are now; else unset
};

// Who is at the other end of a local socket, as the kernel says.
struct LocalPeer {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int32_t pid = 0;
};

// What a client certificate says of its owner. Exists only if it verified against the client CA.
// Texts are UTF-8 without control characters; what is not so is left out.
struct ClientCertificate {
  std::string subject;                                     // RFC 4514 text, for the log
  std::string common_name;                                 // the last CN; "" = none
  std::vector<std::string> emails, uris, upns, dns_names;  // of subjectAltName
  std::string sha256;  // fingerprint of the whole certificate, lower-case hexadecimal
};

// Facts about the transport, fixed when the session is made (StartTLS: see Io::peer).
struct PeerInfo {
  std::string address;  // textual source address without port, e.g. "192.0.2.7", "::1"
  std::uint16_t port = 0;
  bool loopback = false;  // source is 127.0.0.0/8, ::1 or a local socket
  bool tls = false;
  bool shielded = false;           // a trusted proxy says that the client speaks TLS with it
  bool speaks_for_others = false;  // an application that may name the client it asks for
  std::string server_name;         // that the client asked for by TLS (SNI); "" = none
  std::optional<LocalPeer> local;
  std::shared_ptr<const ClientCertificate> certificate;
  std::string psk_identity;  // that the handshake was made with; "" = none was
};

class StreamSession {
 public:
  virtual ~StreamSession() = default;

  virtual Wants start(Io& io) = 0;                   // first event, once, before any other
  virtual Wants bytes(Io& io, OctetView input) = 0;  // input is not empty
  virtual Wants eof(Io& io) = 0;  // peer has shut down its sending side or is lost
  virtual Wants written(Io& io) = 0;
  virtual Wants done(Io& io, std::uint32_t id) = 0;
  virtual Wants refused(Io& io, std::uint32_t id) = 0;  // the lane was full or the wait too long
  virtual Wants timer(Io& io) = 0;
  virtual Wants wake(Io& io) = 0;
  virtual Wants tls_up(Io& io) = 0;
  virtual Wants shutdown(Io& io) = 0;  // the server stops: say goodbye and close
};

}  // namespace postern
