#pragma once
// EapTunnel: the server's side of one TLS connection that lives in memory: messages of the peer in,
// messages for the peer out, plain text on the other side. One at a time, any thread.
//
// Where the setup resumes sessions, the peer may take up an earlier login of the same method, which
// earlier() then tells; remember() makes this one such.
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

  // Whose sessions may be resumed here: of the same method, while `may` says so.
  struct Resuming {
    std::uint8_t method = 0;
    EapResumptions::MayResume may = {};
  };

  // REQUIRES: Client::anonymous or setup->takes_certificates()
  EapTunnel(std::shared_ptr<const EapTlsSetup> setup, Client client, Resuming resuming);
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

  // The login that this tunnel goes on with; nullptr = it is a new one. REQUIRES: open
  const ResumableLogin* earlier() const noexcept;
  void remember(const core::Grant& grant, std::string_view identity);
  static void follow_sessions(ssl_ctx_st* context);  // for its setup

 private:
  State fail(std::string_view fallback);
  State shake();
  void read(Octets& plain);
  static int made_session(ssl_st* ssl, ssl_session_st* session);
  static ssl_session_st* wanted_session(ssl_st* ssl, const std::uint8_t* id, int size, int* copy);

  std::shared_ptr<const EapTlsSetup> setup_;
  const Resuming resuming_;
  ssl_st* ssl_ = nullptr;
  ssl_session_st* made_ = nullptr;  // that this handshake made
  std::optional<ResumableLogin> found_;
  State state_ = State::handshaking;
  std::string problem_;
};

}  // namespace postern::outpost
