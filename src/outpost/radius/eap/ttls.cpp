#include "outpost/radius/eap/ttls.h"

#include <utility>

#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

constexpr std::uint32_t kUserName = 1, kUserPassword = 2, kChapPassword = 3;
constexpr std::uint32_t kReplyMessage = 18, kChapChallenge = 60, kEapMessage = 79;
constexpr std::uint32_t kMicrosoft = 311, kMsChapResponse = 1, kMsChapChallenge = 11,
                        kMsChap2Response = 25;

Octets avp(std::uint32_t code, OctetView data) {
  Octets out;
  eap::append_avp(out, {code, 0, true, data});
  return out;
}

// Once is right, twice is not.
bool set_once(std::optional<OctetView>& field, OctetView value) noexcept {
  if (field) return false;
  field = value;
  return true;
}

// 5281 11.2.5: padded with NULs to hide its length.
std::string_view without_padding(OctetView octets) noexcept {
  std::string_view text = radius::as_text(octets);
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  return text;
}

}  // namespace

// The client speaks first.
InnerStep TtlsPart::begin(EapTunnel&) { return InnerWait{}; }

std::optional<InnerFault> TtlsPart::read(const std::vector<eap::Avp>& avps, Said& said) {
  for (const eap::Avp& one : avps) {
    if (one.vendor == kMicrosoft && (one.code == kMsChapResponse || one.code == kMsChapChallenge ||
                                     one.code == kMsChap2Response)) {
      said.has_chap = true;
    } else if (one.vendor == 0 && (one.code == kChapPassword || one.code == kChapChallenge)) {
      said.has_chap = true;
    } else if (one.vendor == 0 && one.code == kUserName) {
      if (!set_once(said.name, one.data)) return InnerFault{"ttls_avp_repeated"};
    } else if (one.vendor == 0 && one.code == kUserPassword) {
      if (!set_once(said.password, one.data)) return InnerFault{"ttls_avp_repeated"};
    } else if (one.vendor == 0 && one.code == kEapMessage) {
      said.has_eap = true;
      said.eap.insert(said.eap.end(), one.data.begin(), one.data.end());
    } else if (one.mandatory) {
      return InnerFault{"ttls_avp_unknown"};
    }
  }
  return std::nullopt;
}

InnerStep TtlsPart::input(EapTunnel&, OctetView plain) {
  if (plain.empty()) return InnerWait{};
  const auto avps = eap::decode_avps(plain);
  if (!avps) return InnerFault{"ttls_avps_malformed"};
  Said said;
  if (const auto fault = read(*avps, said)) return *fault;
  if (said.has_eap + said.has_chap + said.password.has_value() > 1) {
    return InnerFault{"several_credentials"};
  }
  if (said.has_chap) return InnerFault{"needs_a_network_password"};
  if (said.has_eap) return take_eap(said.eap);
  if (!said.password || eap_) return InnerFault{"no_credentials"};
  return take_password(said);
}

InnerStep TtlsPart::take_password(const Said& said) {
  if (said.name) {
    const std::string_view name = radius::as_text(*said.name);
    // A code is for the name that the password was for.
    if (!identity_.empty() && identity_ != name) return InnerFault{"ttls_name_changed"};
    identity_ = name;
  }
  if (identity_.empty()) return InnerFault{"no_user_name"};
  core::LoginOutcome outcome = talk_.give(identity_, without_padding(*said.password));
  if (const auto* wanted = std::get_if<core::CodeWanted>(&outcome)) {
    return InnerSend{avp(kReplyMessage, radius::as_octets(code_prompt(*wanted))), true,
                     wanted->delay};
  }
  return InnerDecided{std::move(outcome), {}};
}

InnerStep TtlsPart::take_eap(const Octets& packet) {
  const auto response = eap::decode_packet(packet);
  if (!response) return InnerFault{"inner_eap_malformed"};
  if (!identity_.empty()) return InnerFault{"several_credentials"};
  if (!eap_) eap_.emplace(context_);
  if (eap_asked_ && response->identifier != identifier_) return InnerFault{"inner_identifier"};
  InnerEap::Step step = eap_->respond(*response);
  if (const auto* fault = std::get_if<InnerFault>(&step)) return *fault;
  if (auto* outcome = std::get_if<core::LoginOutcome>(&step)) {
    return InnerDecided{std::move(*outcome), {}};
  }
  const auto& request = std::get<InnerEap::Request>(step);
  identifier_ = static_cast<std::uint8_t>(response->identifier + 1);
  eap_asked_ = true;
  return InnerSend{avp(kEapMessage, eap::encode_request(identifier_, request.type, request.data)),
                   request.asks_person, request.delay};
}

std::string_view TtlsPart::identity() const noexcept {
  return eap_ ? eap_->identity() : std::string_view(identity_);
}

}  // namespace postern::outpost
