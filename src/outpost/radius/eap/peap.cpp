#include "outpost/radius/eap/peap.h"

#include <utility>

#include "protocols/eap/peap.h"

namespace postern::outpost {
namespace {

constexpr std::uint8_t kResultIdentifier = 1;

// The peer hears of a refusal by the result, so that it is the result that waits.
std::chrono::milliseconds take_delay(core::LoginOutcome& outcome) noexcept {
  auto* denied = std::get_if<core::Denied>(&outcome);
  return denied != nullptr ? std::exchange(denied->delay, std::chrono::milliseconds(0))
                           : std::chrono::milliseconds(0);
}

}  // namespace

InnerStep PeapPart::begin(EapTunnel&) {
  const InnerEap::Request request = eap_.ask_identity();
  return InnerSend{eap::encode_peap_request(request.type, request.data), false, {}};
}

// The result is said as after a whole login ([MS-PEAP] 3.3.5.1.3).
InnerStep PeapPart::resume(EapTunnel&, const ResumableLogin& earlier) {
  resumed_ = earlier.identity;
  return conclude(take_up(context_, earlier));
}

InnerStep PeapPart::input(EapTunnel&, OctetView plain) {
  if (plain.empty()) return InnerFault{"inner_message_empty"};
  const auto response = eap::decode_peap_response(plain);
  if (!response) return InnerFault{"inner_eap_malformed"};
  if (outcome_) {
    const auto said = eap::peap_result(*response);
    const bool granted = std::holds_alternative<core::Granted>(*outcome_);
    if (granted && said != true) return InnerFault{"peap_result_not_confirmed"};
    return InnerDecided{*std::move(outcome_), {}};
  }
  InnerEap::Step step = eap_.respond(*response);
  if (const auto* fault = std::get_if<InnerFault>(&step)) return *fault;
  if (auto* outcome = std::get_if<core::LoginOutcome>(&step)) return conclude(std::move(*outcome));
  const auto& request = std::get<InnerEap::Request>(step);
  return InnerSend{eap::encode_peap_request(request.type, request.data), request.asks_person,
                   request.delay};
}

InnerStep PeapPart::conclude(core::LoginOutcome outcome) {
  if (std::holds_alternative<core::Unavailable>(outcome)) {
    return InnerDecided{std::move(outcome), {}};
  }
  const bool granted = std::holds_alternative<core::Granted>(outcome);
  const auto delay = take_delay(outcome);
  outcome_ = std::move(outcome);
  return InnerSend{eap::encode_peap_result(eap::Code::request, kResultIdentifier, granted), false,
                   delay};
}

}  // namespace postern::outpost
