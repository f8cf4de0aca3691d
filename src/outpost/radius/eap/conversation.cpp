#include "outpost/radius/eap/conversation.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "outpost/radius/eap/certificate.h"
#include "outpost/radius/eap/peap.h"
#include "outpost/radius/eap/ttls.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

constexpr std::size_t kMaxIdentity = 253;

std::vector<std::uint8_t> types_of(const core::RadiusProvider& provider, bool certificates) {
  std::vector<std::uint8_t> types;
  for (const core::EapMethod method : provider.eap_methods) {
    switch (method) {
      case core::EapMethod::ttls:
        types.push_back(eap::type::ttls);
        break;
      case core::EapMethod::peap:
        types.push_back(eap::type::peap);
        break;
      case core::EapMethod::tls:
        if (certificates) types.push_back(eap::type::tls);
        break;
    }
  }
  return types;
}

EapStep reject(std::string_view reason) {
  EapStep step;
  step.reason = reason;
  return step;
}

std::uint64_t digest_of(OctetView octets) noexcept {
  return std::hash<std::string_view>{}(radius::as_text(octets));
}

EapStep ended(MethodEnd end) {
  EapStep step;
  if (auto* granted = std::get_if<core::Granted>(&end.outcome)) {
    if (!end.keys || granted->grant.user <= 0) return reject("undecided");
    step.kind = EapStep::Kind::accept;
    step.grant = std::move(granted->grant);
    step.keys = *std::move(end.keys);
  } else if (const auto* denied = std::get_if<core::Denied>(&end.outcome)) {
    step.reason = core::reason_text(denied->reason);
    step.delay = denied->delay;
  } else if (const auto* outside = std::get_if<core::NotAdmitted>(&end.outcome)) {
    step.reason = core::reason_text(outside->reason);
  } else if (const auto* unavailable = std::get_if<core::Unavailable>(&end.outcome)) {
    step.kind = EapStep::Kind::undecided;
    step.reason = core::reason_text(unavailable->reason);
  } else {
    step.reason = "undecided";
  }
  return step;
}

}  // namespace

EapConversation::EapConversation(InnerContext context,
                                 std::shared_ptr<const core::RadiusProvider> provider,
                                 std::shared_ptr<const EapTlsSetup> setup)
    : context_(std::move(context)),
      provider_(std::move(provider)),
      setup_(std::move(setup)),
      methods_(types_of(*provider_, setup_->takes_certificates())) {}

EapStep EapConversation::ask_identity() { return ask(eap::type::identity, {}); }

bool EapConversation::is_heavy(const eap::Packet& response) const {
  if (undecided_) return true;
  return method_ && response.type == method_->type() && method_->is_heavy(response.data);
}

EapStep EapConversation::ask(std::uint8_t type, OctetView data) {
  ++identifier_;
  asked_ = true;
  last_request_ = eap::encode_request(identifier_, type, data);
  EapStep step;
  step.kind = EapStep::Kind::ask;
  step.eap = last_request_;
  return step;
}

EapStep EapConversation::invalid(std::string_view reason) {
  EapStep step = reject(reason);
  if (++invalid_ < kMostInvalid) step.kind = EapStep::Kind::discard;
  return step;
}

EapStep EapConversation::step(OctetView octets, std::size_t largest,
                              const std::string& request_id) {
  if (++rounds_ > kMostRounds) return reject("eap_too_many_rounds");
  const auto response = eap::decode_packet(octets);
  if (!response || response->code != eap::Code::response) return invalid("eap_malformed");
  context_.request_id = request_id;
  const std::size_t room = largest - eap::kTypedHeaderSize;
  const std::uint64_t digest = digest_of(octets);
  EapStep step;
  if (last_response_ == digest) {
    if (!undecided_) {
      step.kind = EapStep::Kind::ask;
      step.eap = last_request_;
      return step;
    }
    step = take(method_->again(room));
  } else {
    if (undecided_) return invalid("eap_out_of_turn");
    if (asked_ && response->identifier != identifier_) return invalid("eap_identifier");
    if (!asked_) identifier_ = response->identifier;
    step = handle(*response, room);
  }
  if (step.kind == EapStep::Kind::discard) return step;
  undecided_ = step.kind == EapStep::Kind::undecided;
  last_response_ = digest;
  return step;
}

EapStep EapConversation::handle(const eap::Packet& response, std::size_t room) {
  if (!method_) return take_identity(response);
  if (response.type == method_->type()) {
    accepted_ = true;
    return take(method_->respond(response.data, room));
  }
  if (accepted_) return invalid("eap_type");
  if (response.type == eap::type::nak) return offer_from(response.data);
  if (response.type == eap::type::expanded) return reject("eap_no_common_method");
  return invalid("eap_type");
}

EapStep EapConversation::take_identity(const eap::Packet& response) {
  if (response.type != eap::type::identity) return invalid("eap_identity_expected");
  outer_ = eap::identity_of(response);
  if (outer_.size() > kMaxIdentity) return reject("eap_identity_too_long");
  if (methods_.empty()) return reject("eap_not_offered");
  return offer(methods_.front());
}

EapStep EapConversation::offer_from(OctetView wanted) {
  for (const std::uint8_t type : wanted) {
    if (std::find(methods_.begin(), methods_.end(), type) != methods_.end()) return offer(type);
  }
  return reject("eap_no_common_method");
}

EapStep EapConversation::offer(std::uint8_t type) {
  methods_.erase(std::find(methods_.begin(), methods_.end(), type));
  method_.emplace(type, setup_, inner_of(type), [&login = context_.login](const auto& earlier) {
    core::Grant grant = earlier.grant;
    return login.still_holds(grant) && !grant.password.must_change;
  });
  return ask(type, TlsMethod::start());
}

std::unique_ptr<InnerPart> EapConversation::inner_of(std::uint8_t type) const {
  if (type == eap::type::ttls) return std::make_unique<TtlsPart>(context_);
  if (type == eap::type::peap) return std::make_unique<PeapPart>(context_);
  return std::make_unique<CertificatePart>(context_, provider_);
}

EapStep EapConversation::take(MethodStep step) {
  if (auto* end = std::get_if<MethodEnd>(&step)) return ended(std::move(*end));
  if (const auto* failure = std::get_if<MethodFailure>(&step)) return reject(failure->reason);
  const auto& wanted = std::get<MethodAsk>(step);
  EapStep out = ask(method_->type(), wanted.data);
  out.asks_person = wanted.asks_person;
  out.delay = wanted.delay;
  return out;
}

std::string_view EapConversation::identity() const noexcept {
  const std::string_view inner = method_ ? method_->identity() : std::string_view();
  return inner.empty() ? std::string_view(outer_) : inner;
}

std::string_view EapConversation::method() const noexcept {
  if (!method_) return {};
  switch (method_->type()) {
    case eap::type::ttls:
      return "ttls";
    case eap::type::peap:
      return "peap";
    default:
      return "tls";
  }
}

}  // namespace postern::outpost
