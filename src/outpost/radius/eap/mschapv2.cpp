#include "outpost/radius/eap/mschapv2.h"

#include <utility>

#include "outpost/radius/eap/password_talk.h"
#include "protocols/eap/packet.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

constexpr std::uint8_t kChallenge = 1, kResponse = 2, kSuccess = 3, kFailure = 4;
constexpr std::string_view kServerName = "postern";
constexpr std::size_t kHeader = 4;         // code, identifier, length
constexpr std::size_t kResponseSize = 49;  // peer challenge, reserved, NT response, flags
constexpr std::size_t kNtResponseAt = 24;

Octets message(std::uint8_t code, std::uint8_t identifier, OctetView content) {
  const std::size_t size = kHeader + content.size();
  Octets out{code, identifier, static_cast<std::uint8_t>(size >> 8),
             static_cast<std::uint8_t>(size & 0xff)};
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

struct Response {
  OctetView peer_challenge, nt_response;
  std::string_view name;
};

std::optional<Response> read_response(OctetView data, std::uint8_t identifier) {
  if (data.size() < kHeader + 1 + kResponseSize || data[0] != kResponse || data[1] != identifier ||
      data[kHeader] != kResponseSize) {
    return std::nullopt;
  }
  const std::size_t length = static_cast<std::size_t>(data[2]) << 8 | data[3];
  if (length != data.size()) return std::nullopt;
  const OctetView value = data.subspan(kHeader + 1, kResponseSize);
  return Response{value.first(radius::kMsChap2Challenge),
                  value.subspan(kNtResponseAt, radius::kNtResponse),
                  radius::as_text(data.subspan(kHeader + 1 + kResponseSize))};
}

}  // namespace

std::uint8_t MsChap2Method::type() const noexcept { return eap::type::mschapv2; }

InnerAsk MsChap2Method::start(std::string_view identity) {
  identity_ = identity;
  context_.random.fill(challenge_);
  context_.random.fill({&identifier_, 1});
  Octets content{static_cast<std::uint8_t>(challenge_.size())};
  content.insert(content.end(), challenge_.begin(), challenge_.end());
  content.insert(content.end(), kServerName.begin(), kServerName.end());
  return {message(kChallenge, identifier_, content), false, {}};
}

InnerAnswer MsChap2Method::respond(OctetView type_data) {
  if (!outcome_) return judge(type_data);
  const bool granted = std::holds_alternative<core::Granted>(*outcome_);
  const std::uint8_t confirmed = type_data.empty() ? std::uint8_t{0} : type_data[0];
  if (granted && confirmed != kSuccess) return InnerFault{"mschapv2_not_confirmed"};
  return *std::move(outcome_);
}

InnerAnswer MsChap2Method::judge(OctetView type_data) {
  const auto response = read_response(type_data, identifier_);
  if (!response) return InnerFault{"mschapv2_malformed"};
  const std::string_view name =
      response->name.empty() ? std::string_view(identity_) : response->name;
  const auto proof = std::make_shared<MsChap2Proof>(
      identifier_, name, challenge_, response->peer_challenge, response->nt_response);
  core::LoginOutcome outcome = prove(context_, without_domain(identity_), proof);
  if (std::holds_alternative<core::Unavailable>(outcome)) return outcome;
  const bool granted = std::holds_alternative<core::Granted>(outcome);
  const std::string text = granted ? proof->success() + " M=OK" : MsChap2Proof::failure();
  InnerAsk ask{
      message(granted ? kSuccess : kFailure, identifier_, radius::as_octets(text)), false, {}};
  // The peer hears of a refusal here, so that it is this that waits.
  if (auto* denied = std::get_if<core::Denied>(&outcome)) {
    ask.delay = std::exchange(denied->delay, std::chrono::milliseconds(0));
  }
  outcome_ = std::move(outcome);
  return ask;
}

}  // namespace postern::outpost
