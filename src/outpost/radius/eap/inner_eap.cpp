#include "outpost/radius/eap/inner_eap.h"

#include <algorithm>
#include <utility>

#include "outpost/radius/eap/gtc.h"
#include "outpost/radius/eap/mschapv2.h"

namespace postern::outpost {
namespace {

constexpr std::size_t kMaxIdentity = 253;

}  // namespace

// The first is offered first.
InnerEap::InnerEap(const InnerContext& context) {
  methods_.push_back(std::make_unique<GtcMethod>(context));
  if (ms_chap_available()) methods_.push_back(std::make_unique<MsChap2Method>(context));
}

InnerEap::Request InnerEap::ask_identity() const { return {eap::type::identity, {}, false, {}}; }

InnerEap::Step InnerEap::offer(Methods::iterator chosen) {
  if (chosen == methods_.end()) return InnerFault{"inner_no_common_method"};
  method_ = std::move(*chosen);
  methods_.erase(chosen);
  InnerAsk first = method_->start(identity_);
  return Request{method_->type(), std::move(first.data), first.asks_person, first.delay};
}

// 3748-03: the next offer comes from the peer's list.
InnerEap::Step InnerEap::offer_from(OctetView wanted) {
  for (const std::uint8_t type : wanted) {
    const auto found = std::find_if(methods_.begin(), methods_.end(),
                                    [type](const auto& one) { return one->type() == type; });
    if (found != methods_.end()) return offer(found);
  }
  return InnerFault{"inner_no_common_method"};
}

InnerEap::Step InnerEap::respond(const eap::Packet& response) {
  if (response.code != eap::Code::response) return InnerFault{"inner_not_a_response"};
  if (method_ == nullptr) {
    if (response.type != eap::type::identity) return InnerFault{"inner_identity_expected"};
    identity_ = eap::identity_of(response);
    if (identity_.empty() || identity_.size() > kMaxIdentity) return InnerFault{"no_user_name"};
    return offer(methods_.begin());
  }
  if (response.type == eap::type::nak && !accepted_) return offer_from(response.data);
  if (response.type != method_->type()) return InnerFault{"inner_type_unexpected"};
  accepted_ = true;
  return answer(method_->respond(response.data));
}

InnerEap::Step InnerEap::answer(InnerAnswer answer) const {
  if (auto* ask = std::get_if<InnerAsk>(&answer)) {
    return Request{method_->type(), std::move(ask->data), ask->asks_person, ask->delay};
  }
  if (const auto* fault = std::get_if<InnerFault>(&answer)) return *fault;
  return std::get<core::LoginOutcome>(std::move(answer));
}

}  // namespace postern::outpost
