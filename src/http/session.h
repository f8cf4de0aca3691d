#pragma once
// HttpSession: one HTTP/1.1 connection, sans-io (protocols/session.h). One request at a time: it is
// read whole, run on a lane, answered; what the client sends meanwhile waits in the kernel. One
// that turns out to wait for another service is run again on the outbound lane, so that a slow
// service holds up nobody who does not need it. A full lane answers 503.
//
// Deadlines: a request has to be complete within `request` of its first octet (408), an idle
// connection is closed after `idle`, one that does not take its answer after `write`. After
// `max_requests` requests the connection is closed behind the last answer.
// Thread: one loop's; Application is called on lanes. Source: RFC 9110, RFC 9112; design.md 2, 3.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/reader.h"
#include "http/response.h"
#include "protocols/session.h"

namespace postern::http {

// What answers requests.
class Application {
 public:
  virtual ~Application() = default;
  // Where the request is run: the hash lane if it may verify a password. On the loop; cheap.
  virtual Lane lane(const Request& request) const noexcept = 0;
  virtual Response handle(const Request& request) noexcept = 0;
};

struct SessionSettings {
  ReaderLimits limits;
  std::chrono::milliseconds request{30'000};
  std::chrono::milliseconds idle{75'000};
  std::chrono::milliseconds write{60'000};
  std::uint32_t max_requests = 10'000;
  // Whether X-Forwarded-For and -Proto of this address are believed. Empty: nobody's are.
  std::function<bool(std::string_view address)> trusted_proxy;
};

class HttpSession final : public StreamSession {
 public:
  // `application` and `settings` outlive every session and its works.
  HttpSession(const PeerInfo& peer, Application& application, const SessionSettings& settings);
  ~HttpSession() override;

  Wants start(Io& io) override;
  Wants bytes(Io& io, OctetView input) override;
  Wants eof(Io& io) override;
  Wants written(Io& io) override;
  Wants done(Io& io, std::uint32_t id) override;
  Wants refused(Io& io, std::uint32_t id) override;
  Wants timer(Io& io) override;
  Wants wake(Io& io) override;
  Wants tls_up(Io& io) override;
  Wants shutdown(Io& io) override;

 private:
  class Answering;
  class NextPiece;
  enum class Phase : std::uint8_t { reading, running, delaying, sending, closing };

  Wants go_on(Io& io);
  Wants read_on(Io& io);
  void begin_run(Io& io, Wants& wants);
  Wants run_again_outbound(Io& io);
  Wants answer(Io& io);
  Wants send_piece(Io& io);
  Wants refuse(Io& io, Response response);
  void send_head(Io& io, const Response& response, std::size_t length, bool chunked);
  Wants after_answer(Io& io);
  Wants close();
  Wants current(const Io& io) const;
  void complete(Request& request) const;

  const PeerInfo peer_;
  Application& application_;
  const SessionSettings& settings_;
  Reader reader_;
  Phase phase_ = Phase::reading;
  std::shared_ptr<Answering> answering_;
  std::shared_ptr<NextPiece> piece_;
  Response response_;
  Instant deadline_;  // of the phase
  std::uint32_t requests_ = 0;
  std::uint32_t run_id_ = 0;
  bool head_only_ = false;  // HEAD: no body is sent
  bool last_ = false;       // the connection is closed behind this answer
  bool chunked_ = false;
  bool stopping_ = false;
  bool eof_ = false;
  bool mid_request_ = false;
};

}  // namespace postern::http
