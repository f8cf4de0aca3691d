#pragma once
// TlsMethod: one of the EAP methods that are made of TLS (EAP-TLS, EAP-TTLS, PEAP): fragments, the
// tunnel, and in it an InnerPart that decides. The peer's fragments come in, ours go out; in
// between empty ones acknowledge. A failed handshake ends once its alert was acknowledged
// (5216-03).
//
// respond() computes where is_heavy() says so (handshake, login): on a lane. One call at a time.
// Source: RFC 5216 2.1, RFC 5281 9.2, RFC 9190 2.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "outpost/radius/eap/inner.h"
#include "outpost/radius/eap/keys.h"
#include "protocols/eap/tls_frame.h"

namespace postern::outpost {

struct MethodAsk {
  Octets data;  // type data of the next request
  bool asks_person = false;
  std::chrono::milliseconds delay{0};
};
struct MethodEnd {
  core::LoginOutcome outcome;
  std::optional<EapKeys> keys;  // if it is Granted
};
struct MethodFailure {
  std::string reason;
};
using MethodStep = std::variant<MethodAsk, MethodEnd, MethodFailure>;

class TlsMethod {
 public:
  // `type`: eap::type::tls, ttls or peap.
  TlsMethod(std::uint8_t type, std::shared_ptr<const EapTlsSetup> setup,
            std::unique_ptr<InnerPart> inner, EapResumptions::MayResume may_resume);

  std::uint8_t type() const noexcept { return type_; }
  static Octets start();
  bool is_heavy(OctetView type_data) const;
  // `room`: octets of type data that a request may have.
  MethodStep respond(OctetView type_data, std::size_t room);
  // The last input once more, after an outcome that was Unavailable.
  MethodStep again(std::size_t room);

  std::string_view identity() const noexcept { return inner_->identity(); }

 private:
  MethodStep advance(const Octets& message, std::size_t room);
  MethodStep go_inside(OctetView plain, std::size_t room);
  MethodStep take(InnerStep step, std::size_t room);
  MethodStep decide(InnerDecided decided, std::size_t room);
  MethodStep broken(std::size_t room);
  MethodStep say(std::size_t room);
  MethodStep finish();

  const std::uint8_t type_;
  const std::shared_ptr<const EapTlsSetup> setup_;
  std::unique_ptr<EapTunnel> tunnel_;  // from the peer's first message on
  std::unique_ptr<InnerPart> inner_;
  const EapResumptions::MayResume may_resume_;
  eap::Reassembly reassembly_;
  eap::Fragments fragments_;
  bool begun_ = false;                     // the inner part knows that the tunnel stands
  core::Secret last_input_;                // of the inner part
  std::optional<core::LoginOutcome> end_;  // once our last message is acknowledged
  std::string failure_;                    // likewise
};

}  // namespace postern::outpost
