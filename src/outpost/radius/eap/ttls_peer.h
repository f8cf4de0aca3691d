#pragma once
// TtlsPeer: the supplicant's side of EAP-TTLS with PAP, for the tool that asks a server as a NAS
// and its client would. Requests in, responses out; no socket, no clock. The outer identity is
// "anonymous". Without an authority the server's certificate is not checked. One thread.
// Source: RFC 5281.

#include <optional>
#include <string>
#include <string_view>

#include "core/outcome.h"
#include "core/secret.h"
#include "protocols/eap/packet.h"
#include "protocols/eap/tls_frame.h"

struct ssl_st;
struct ssl_ctx_st;

namespace postern::outpost {

struct TtlsWho {
  std::string name;
  core::Secret password, code;  // without a code a question for one ends it
  std::string authority;        // PEM; "" = whoever answers
};

class TtlsPeer {
 public:
  explicit TtlsPeer(TtlsWho who);
  ~TtlsPeer();
  TtlsPeer(const TtlsPeer&) = delete;
  TtlsPeer& operator=(const TtlsPeer&) = delete;

  static Octets identity();
  // The response to a request, or a sentence why there is none.
  core::Outcome<Octets> respond(OctetView request);
  // What the server has asked the user inside the tunnel; "" = nothing.
  const std::string& question() const noexcept { return question_; }
  std::string_view tls_version() const noexcept;

 private:
  core::Outcome<Octets> take(const eap::Packet& request);
  std::optional<core::Error> go_on();
  std::optional<core::Error> hear(OctetView plain);
  void say(const Octets& plain);
  Octets next();

  TtlsWho who_;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* ssl_ = nullptr;
  eap::Reassembly reassembly_;
  eap::Fragments fragments_;
  std::string question_;
  bool trusted_ = true, spoken_ = false, code_given_ = false;
};

}  // namespace postern::outpost
