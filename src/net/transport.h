#pragma once
// Transport: octets over one non-blocking socket, plain or under TLS (server side). It never waits
// and owns no descriptor; it says what to wait for. One loop's thread only.
//
// REQUIRES: SIGPIPE is blocked or ignored on the thread (OpenSSL writes with write(2)).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "protocols/session.h"

struct ssl_st;

namespace postern::net {

class TlsContext;

enum class IoStatus : std::uint8_t { ok, want_read, want_write, eof, lost };

struct Moved {
  IoStatus status = IoStatus::ok;
  std::size_t octets = 0;  // moved, even if status is not ok
};

class Transport {
 public:
  explicit Transport(int fd) noexcept : fd_(fd) {}
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  Moved read(std::span<std::uint8_t> into) noexcept;
  Moved write(OctetView from) noexcept;

  // Before TLS: what lies at the front, without taking it; and taking it, which cannot wait.
  Moved peek(std::span<std::uint8_t> into) noexcept;
  void skip(std::size_t octets) noexcept;

  // False: no memory.
  bool begin_tls(std::shared_ptr<const TlsContext> context) noexcept;
  IoStatus handshake() noexcept;
  bool tls() const noexcept { return ssl_ != nullptr; }
  // After the handshake: the server name asked for, and the client's certificate if it verified.
  void describe(PeerInfo& peer) const;

  // Octets that a read would return although the socket may stay silent.
  bool buffered() const noexcept;
  // The kernel holds input that nobody has read.
  bool input_waiting() const noexcept;
  // Reads and forgets, below TLS; eof, lost or want_read.
  IoStatus discard(std::span<std::uint8_t> scratch) noexcept;

  void say_close_notify() noexcept;
  void end_sending() noexcept;

 private:
  IoStatus tls_status(int result) noexcept;

  int fd_;
  bool tls_broken_ = false;  // a fatal alert passed: no further word under this TLS session
  bool drained_ = false;     // the last TLS read found no whole record
  ssl_st* ssl_ = nullptr;
  std::shared_ptr<const TlsContext> context_;  // until the handshake is over
};

}  // namespace postern::net
