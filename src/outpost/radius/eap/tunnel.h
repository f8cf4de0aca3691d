#pragma once
// EapTunnel: the server's side of one TLS connection that lives in memory: messages of the peer in,
// messages for the peer out, plain text on the other side. One at a time, any thread.
//
// A failed tunnel stays failed; what it still wants to say (an alert) is in its output. Source:
// RFC 5216 2.1, RFC 5281 7.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "outpost/radius/eap/tls_setup.h"
#include "protocols/session.h"

struct ssl_st;

namespace postern::outpost {

class EapTunnel {
 public:
  enum class Client : std::uint8_t { anonymous, certificate };
  enum class State : std::uint8_t { handshaking, open, failed };

  // REQUIRES: Client::anonymous or setup->takes_certificates()
  EapTunnel(std::shared_ptr<const EapTlsSetup> setup, Client client);
  ~EapTunnel();
  EapTunnel(const EapTunnel&) = delete;
  EapTunnel& operator=(const EapTunnel&) = delete;

  // One message of the peer. What it says to what is inside is appended to `plain`.
  State feed(OctetView message, Octets& plain);
  State state() const noexcept { return state_; }
  // REQUIRES: open. False: it failed.
  bool write(OctetView plain);

  bool has_output() const noexcept;
  Octets take_output();

  // Why it failed, in OpenSSL's words.
  std::string_view problem() const noexcept { return problem_; }
  bool is_tls13() const noexcept;
  // RFC 5705, RFC 8446 7.5. Without context and with an empty one differ in TLS 1.2.
  bool export_keys(std::string_view label, std::optional<OctetView> context,
                   std::span<std::uint8_t> out) const;
  const ssl_st* handle() const noexcept { return ssl_; }

 private:
  State fail(std::string_view fallback);
  State shake();
  void read(Octets& plain);

  std::shared_ptr<const EapTlsSetup> setup_;
  ssl_st* ssl_ = nullptr;
  State state_ = State::handshaking;
  std::string problem_;
};

}  // namespace postern::outpost
