#include "outpost/radius/access.h"

#include <algorithm>

#include "outpost/radius/network_proof.h"
#include "protocols/radius/hidden.h"
#include "protocols/radius/ms_chap.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

namespace microsoft = radius::microsoft;

constexpr std::size_t kChapPassword = 17;  // identifier and MD5

std::size_t ms_chap_count(const radius::Packet& packet) {
  return radius::count_microsoft(packet, microsoft::chap_response) +
         radius::count_microsoft(packet, microsoft::chap2_response);
}

// Why there is nothing to compare a password with; "" = there is a User-Password or a proof.
std::string_view obstacle(const radius::Packet& packet) {
  const bool password = packet.has(type::user_password);
  const std::size_t ms_chap = ms_chap_count(packet);
  const bool chap = packet.has(type::chap_password) || ms_chap > 0;
  const bool eap = packet.has(type::eap_message);
  if (password + chap + eap > 1) return "several_credentials";
  if (packet.count(type::user_password) > 1 || packet.count(type::state) > 1 ||
      packet.count(type::chap_password) + ms_chap > 1) {
    return "repeated_attribute";
  }
  if (eap) return "eap_not_offered";
  if (packet.number(type::service_type) == radius::kServiceAuthorizeOnly) return "authorize_only";
  if (!password && !chap) return "no_credentials";
  if (packet.text(type::user_name).empty()) return "no_user_name";
  return {};
}

// 2865-06 5.3: the challenge is in CHAP-Challenge, else it is the Request Authenticator.
std::shared_ptr<NetworkProof> read_chap(const radius::Packet& packet, OctetView value) {
  if (value.size() != kChapPassword) return nullptr;
  const radius::Attribute* challenge = packet.find(type::chap_challenge);
  return std::make_shared<ChapProof>(
      value[0], challenge != nullptr ? challenge->value : OctetView(packet.authenticator),
      value.subspan(1));
}

std::shared_ptr<NetworkProof> read_ms_chap(const radius::Packet& packet) {
  const auto challenge = radius::find_microsoft(packet, microsoft::chap_challenge);
  if (!challenge) return nullptr;
  if (const auto value = radius::find_microsoft(packet, microsoft::chap2_response)) {
    const auto response = radius::read_ms_chap2(*value);
    if (!response || challenge->size() != radius::kMsChap2Challenge) return nullptr;
    return std::make_shared<MsChap2Proof>(response->identifier, packet.text(type::user_name),
                                          *challenge, response->peer_challenge,
                                          response->nt_response);
  }
  const auto response =
      radius::read_ms_chap1(*radius::find_microsoft(packet, microsoft::chap_response));
  if (!response || !response->use_nt || challenge->size() != radius::kMsChap1Challenge) {
    return nullptr;
  }
  return std::make_shared<MsChap1Proof>(response->identifier, *challenge, response->nt_response);
}

std::variant<core::LoginRequest, Refusal> read_proof(const radius::Packet& packet,
                                                     const Known& known) {
  core::LoginRequest login;
  const radius::Attribute* chap = packet.find(type::chap_password);
  if (chap == nullptr && !ms_chap_available()) return Refusal{"ms_chap_unavailable"};
  login.proof = chap != nullptr ? read_chap(packet, chap->value) : read_ms_chap(packet);
  if (login.proof == nullptr) return Refusal{"response_unreadable"};
  login.protocol = core::Protocol::radius;
  login.provider = known.served->provider->pk;
  login.username = without_domain(packet.text(type::user_name));
  return login;
}

}  // namespace

std::variant<core::LoginRequest, Refusal> read_access(const radius::Packet& packet,
                                                      const Known& known,
                                                      const ChallengeStates& states,
                                                      const core::AddressOctets& client,
                                                      core::WallMs now, radius::Digests& digests) {
  const std::string_view why = obstacle(packet);
  if (!why.empty()) return Refusal{why};
  if (known.served->provider->eap_required) return Refusal{"eap_required"};
  if (!packet.has(type::user_password)) return read_proof(packet, known);
  const auto plain = radius::reveal_password(packet.find(type::user_password)->value,
                                             packet.authenticator, known.secret_octets(), digests);
  if (!plain) return Refusal{"password_length"};
  if (plain->empty()) return Refusal{"empty_password"};

  core::LoginRequest login;
  login.protocol = core::Protocol::radius;
  login.provider = known.served->provider->pk;
  login.username = packet.text(type::user_name);
  login.password = core::Secret(radius::as_text(*plain));
  login.may_ask = true;
  if (packet.has(type::state)) {
    login.open = states.open(packet.text(type::state), {client, login.username}, now);
    if (!login.open || login.open->provider != login.provider) return Refusal{"state_unknown"};
  }
  return login;
}

}  // namespace postern::outpost
