#include "outpost/radius/eap/ttls.h"

#include <array>
#include <utility>

#include "outpost/radius/network_proof.h"
#include "protocols/radius/authenticity.h"
#include "protocols/radius/ms_chap.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

constexpr std::uint32_t kUserName = 1, kUserPassword = 2, kChapPasswordAvp = 3;
constexpr std::uint32_t kReplyMessage = 18, kChapChallenge = 60, kEapMessage = 79;

namespace microsoft = radius::microsoft;

constexpr std::size_t kChallenge = 16;
constexpr std::size_t kChapPassword = 17;  // identifier and MD5

Octets avp(std::uint32_t code, OctetView data, std::uint32_t vendor = 0) {
  Octets out;
  eap::append_avp(out, {code, vendor, true, data});
  return out;
}

// 5281-04: what both sides take for the challenge, and behind it the identifier.
std::optional<std::array<std::uint8_t, kChallenge + 1>> implicit_challenge(
    const EapTunnel& tunnel) {
  std::array<std::uint8_t, kChallenge + 1> out{};
  if (!tunnel.export_keys("ttls challenge", std::nullopt, out)) return std::nullopt;
  return out;
}

bool is_derived(const EapTunnel& tunnel, OctetView challenge, std::uint8_t identifier) {
  const auto derived = implicit_challenge(tunnel);
  return derived && identifier == derived->back() &&
         radius::equal_octets(challenge, OctetView(*derived).first(kChallenge));
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

// RFC 9427 4: in TLS 1.3 one octet commits the server to success, as in EAP-TLS.
InnerStep TtlsPart::resume(EapTunnel& tunnel, const ResumableLogin& earlier) {
  identity_ = earlier.identity;
  InnerDecided decided{take_up(context_, earlier), {}};
  const bool granted = std::holds_alternative<core::Granted>(decided.outcome);
  if (granted && tunnel.is_tls13()) decided.last_words = {0};
  return decided;
}

std::optional<InnerFault> TtlsPart::read(const std::vector<eap::Avp>& avps, Said& said) {
  const auto field_of = [&said](const eap::Avp& one) -> std::optional<OctetView>* {
    if (one.vendor == radius::kMicrosoft) {
      return one.code == microsoft::chap_challenge   ? &said.ms_challenge
             : one.code == microsoft::chap2_response ? &said.ms_chap2
                                                     : nullptr;
    }
    if (one.vendor != 0) return nullptr;
    return one.code == kUserName          ? &said.name
           : one.code == kUserPassword    ? &said.password
           : one.code == kChapPasswordAvp ? &said.chap
           : one.code == kChapChallenge   ? &said.challenge
                                          : nullptr;
  };
  for (const eap::Avp& one : avps) {
    if (auto* field = field_of(one)) {
      if (!set_once(*field, one.data)) return InnerFault{"ttls_avp_repeated"};
    } else if (one.vendor == 0 && one.code == kEapMessage) {
      said.has_eap = true;
      said.eap.insert(said.eap.end(), one.data.begin(), one.data.end());
    } else if (one.mandatory) {
      return InnerFault{"ttls_avp_unknown"};
    }
  }
  return std::nullopt;
}

InnerStep TtlsPart::input(EapTunnel& tunnel, OctetView plain) {
  if (plain.empty()) return InnerWait{};
  const auto avps = eap::decode_avps(plain);
  if (!avps) return InnerFault{"ttls_avps_malformed"};
  Said said;
  if (const auto fault = read(*avps, said)) return *fault;
  const int kinds =
      said.has_eap + said.password.has_value() + said.chap.has_value() + said.ms_chap2.has_value();
  if (kinds > 1) return InnerFault{"several_credentials"};
  if (said.has_eap) return take_eap(said.eap);
  if (kinds == 0 || eap_) return InnerFault{"no_credentials"};
  if (const auto fault = take_name(said)) return *fault;
  if (said.chap) return take_chap(tunnel, said);
  return said.ms_chap2 ? take_ms_chap2(tunnel, said) : take_password(said);
}

std::optional<InnerFault> TtlsPart::take_name(const Said& said) {
  if (said.name) {
    const std::string_view name = radius::as_text(*said.name);
    // A code is for the name that the password was for.
    if (!identity_.empty() && identity_ != name) return InnerFault{"ttls_name_changed"};
    identity_ = name;
  }
  if (identity_.empty()) return InnerFault{"no_user_name"};
  return std::nullopt;
}

InnerStep TtlsPart::take_chap(const EapTunnel& tunnel, const Said& said) {
  if (!said.challenge || said.chap->size() != kChapPassword ||
      !is_derived(tunnel, *said.challenge, said.chap->front())) {
    return InnerFault{"ttls_challenge"};
  }
  const auto proof =
      std::make_shared<ChapProof>(said.chap->front(), *said.challenge, said.chap->subspan(1));
  return InnerDecided{prove(context_, without_domain(identity_), proof), {}};
}

InnerStep TtlsPart::take_ms_chap2(const EapTunnel& tunnel, const Said& said) {
  if (!ms_chap_available()) return InnerFault{"ms_chap_unavailable"};
  const auto response = radius::read_ms_chap2(*said.ms_chap2);
  if (!response || !said.ms_challenge ||
      !is_derived(tunnel, *said.ms_challenge, response->identifier)) {
    return InnerFault{"ttls_challenge"};
  }
  const auto proof =
      std::make_shared<MsChap2Proof>(response->identifier, identity_, *said.ms_challenge,
                                     response->peer_challenge, response->nt_response);
  InnerDecided decided{prove(context_, without_domain(identity_), proof), {}};
  if (std::holds_alternative<core::Granted>(decided.outcome)) {
    Octets words{response->identifier};
    const std::string success = proof->success();
    words.insert(words.end(), success.begin(), success.end());
    decided.last_words = avp(microsoft::chap2_success, words, radius::kMicrosoft);
  }
  return decided;
}

InnerStep TtlsPart::take_password(const Said& said) {
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
