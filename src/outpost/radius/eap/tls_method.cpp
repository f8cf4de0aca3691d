#include "outpost/radius/eap/tls_method.h"

#include <utility>

#include "protocols/eap/packet.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

constexpr std::uint8_t kVersion = 0;  // of EAP-TTLS and PEAP

EapTunnel::Client client_of(std::uint8_t type) noexcept {
  return type == eap::type::tls ? EapTunnel::Client::certificate : EapTunnel::Client::anonymous;
}

MethodFailure failure(std::string_view reason) { return {std::string(reason)}; }

}  // namespace

TlsMethod::TlsMethod(std::uint8_t type, std::shared_ptr<const EapTlsSetup> setup,
                     std::unique_ptr<InnerPart> inner, EapResumptions::MayResume may_resume)
    : type_(type),
      setup_(std::move(setup)),
      inner_(std::move(inner)),
      may_resume_(std::move(may_resume)) {}

Octets TlsMethod::start() { return eap::tls_start(kVersion); }

bool TlsMethod::is_heavy(OctetView type_data) const {
  const auto frame = eap::decode_tls_frame(type_data);
  if (!frame || frame->more || !fragments_.done() || end_ || !failure_.empty()) return false;
  return !frame->data.empty() || !reassembly_.empty();
}

MethodStep TlsMethod::respond(OctetView type_data, std::size_t room) {
  const auto frame = eap::decode_tls_frame(type_data);
  if (!frame || frame->start) return failure("eap_frame_malformed");
  // The low bits are reserved in EAP-TLS. A peer may not know less than version 0.
  if (type_ != eap::type::tls && frame->version != kVersion) return failure("eap_version");
  if (!fragments_.done()) {
    if (frame->more || !frame->data.empty()) return failure("eap_acknowledgement_expected");
    return MethodAsk{fragments_.next(room, kVersion), false, {}};
  }
  switch (reassembly_.add(*frame)) {
    case eap::Reassembly::Added::refused:
      return failure("eap_fragments_malformed");
    case eap::Reassembly::Added::more:
      return MethodAsk{Octets{kVersion}, false, {}};
    case eap::Reassembly::Added::complete:
      break;
  }
  const Octets message = reassembly_.take();
  if (!failure_.empty()) return MethodFailure{std::move(failure_)};
  if (end_) return finish();
  return advance(message, room);
}

MethodStep TlsMethod::advance(const Octets& message, std::size_t room) {
  if (!tunnel_) {
    tunnel_ = std::make_unique<EapTunnel>(setup_, client_of(type_),
                                          EapTunnel::Resuming{type_, may_resume_});
  }
  const bool had_begun = begun_;
  Octets plain;
  if (tunnel_->feed(message, plain) == EapTunnel::State::failed) return broken(room);
  if (tunnel_->state() == EapTunnel::State::handshaking) return say(room);
  // The end of our handshake goes out alone: who waits for it does not look behind it.
  if (!had_begun && tunnel_->has_output() && plain.empty()) return say(room);
  return go_inside(plain, room);
}

MethodStep TlsMethod::go_inside(OctetView plain, std::size_t room) {
  last_input_ = core::Secret(radius::as_text(plain));
  if (!begun_) {
    const ResumableLogin* earlier = tunnel_->earlier();
    InnerStep step =
        earlier == nullptr ? inner_->begin(*tunnel_) : inner_->resume(*tunnel_, *earlier);
    const auto* decided = std::get_if<InnerDecided>(&step);
    begun_ = decided == nullptr || !std::holds_alternative<core::Unavailable>(decided->outcome);
    if (!std::holds_alternative<InnerWait>(step) || plain.empty()) {
      return take(std::move(step), room);
    }
  }
  return take(inner_->input(*tunnel_, plain), room);
}

MethodStep TlsMethod::again(std::size_t room) {
  const core::Secret plain = last_input_;
  return go_inside(radius::as_octets(plain.reveal()), room);
}

MethodStep TlsMethod::take(InnerStep step, std::size_t room) {
  if (const auto* fault = std::get_if<InnerFault>(&step)) return failure(fault->reason);
  if (auto* decided = std::get_if<InnerDecided>(&step)) return decide(std::move(*decided), room);
  if (const auto* send = std::get_if<InnerSend>(&step)) {
    if (!tunnel_->write(send->plain)) return broken(room);
    MethodStep said = say(room);
    if (auto* ask = std::get_if<MethodAsk>(&said)) {
      ask->asks_person = send->asks_person;
      ask->delay = send->delay;
    }
    return said;
  }
  return say(room);
}

MethodStep TlsMethod::decide(InnerDecided decided, std::size_t room) {
  if (std::holds_alternative<core::Unavailable>(decided.outcome)) {
    return MethodEnd{std::move(decided.outcome), std::nullopt};
  }
  last_input_ = core::Secret();
  if (!tunnel_->write(decided.last_words)) return broken(room);
  end_ = std::move(decided.outcome);
  return tunnel_->has_output() ? say(room) : finish();
}

MethodStep TlsMethod::finish() {
  MethodEnd end{*std::move(end_), std::nullopt};
  if (std::holds_alternative<core::Granted>(end.outcome)) {
    end.keys = export_eap_keys(*tunnel_, type_);
    if (!end.keys) return failure("eap_no_keys");
    tunnel_->remember(std::get<core::Granted>(end.outcome).grant, inner_->identity());
  }
  return end;
}

MethodStep TlsMethod::broken(std::size_t room) {
  failure_ = "tls: " + std::string(tunnel_->problem());
  return tunnel_->has_output() ? say(room) : MethodStep(MethodFailure{std::move(failure_)});
}

// What the tunnel has to say; nothing acknowledges.
MethodStep TlsMethod::say(std::size_t room) {
  fragments_.load(tunnel_->take_output());
  return MethodAsk{fragments_.next(room, kVersion), false, {}};
}

}  // namespace postern::outpost
