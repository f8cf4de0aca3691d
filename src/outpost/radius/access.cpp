#include "outpost/radius/access.h"

#include <algorithm>

#include "protocols/radius/hidden.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

constexpr std::uint32_t kMicrosoft = 311;
constexpr std::uint8_t kMsChapResponse = 1;
constexpr std::uint8_t kMsChap2Response = 25;

bool holds_ms_chap(const radius::Packet& packet) {
  for (const radius::Attribute& one : packet.attributes) {
    if (one.type != type::vendor_specific) continue;
    for (const radius::VendorAttribute& inner : radius::vendor_attributes(one.value)) {
      if (inner.vendor == kMicrosoft &&
          (inner.type == kMsChapResponse || inner.type == kMsChap2Response)) {
        return true;
      }
    }
  }
  return false;
}

// Why there is nothing to compare a password with; "" = there is a User-Password.
std::string_view obstacle(const radius::Packet& packet) {
  const bool password = packet.has(type::user_password);
  const bool chap = packet.has(type::chap_password) || holds_ms_chap(packet);
  const bool eap = packet.has(type::eap_message);
  if (password + chap + eap > 1) return "several_credentials";
  if (packet.count(type::user_password) > 1 || packet.count(type::state) > 1) {
    return "repeated_attribute";
  }
  if (eap) return "eap_not_offered";
  if (chap) return "needs_a_network_password";
  if (packet.number(type::service_type) == radius::kServiceAuthorizeOnly) return "authorize_only";
  if (!password) return "no_credentials";
  if (packet.text(type::user_name).empty()) return "no_user_name";
  return {};
}

}  // namespace

std::variant<core::LoginRequest, Refusal> read_access(const radius::Packet& packet,
                                                      const Known& known,
                                                      const ChallengeStates& states,
                                                      const core::AddressOctets& client,
                                                      core::WallMs now, radius::Digests& digests) {
  const std::string_view why = obstacle(packet);
  if (!why.empty()) return Refusal{why};
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
