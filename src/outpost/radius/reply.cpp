#include "outpost/radius/reply.h"

#include <utility>

#include "protocols/eap/packet.h"
#include "protocols/radius/eap_message.h"
#include "protocols/radius/ms_chap.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

// Of the EAP packet in a request, which Success and Failure repeat (RFC 3748 4.2).
std::uint8_t eap_identifier(const radius::Packet& request) noexcept {
  const radius::Attribute* eap = request.find(type::eap_message);
  return eap != nullptr && eap->value.size() > 1 ? eap->value[1] : std::uint8_t{0};
}

bool add_eap_accept(radius::Writer& writer, const radius::Packet& request, const EapAccept& eap,
                    const radius::HidingKey& key) {
  if (!radius::add_eap_message(writer, eap::encode_success(eap_identifier(request)))) return false;
  if (eap.keys != nullptr) {
    const OctetView msk = radius::as_octets(eap.keys->msk.reveal());
    if (!radius::add_mppe_keys(writer, msk.first(msk.size() / 2), msk.last(msk.size() / 2), key)) {
      return false;
    }
    if (request.has(type::eap_key_name)) {
      writer.add(type::eap_key_name, OctetView(eap.keys->session_id));
    }
  }
  writer.add(type::user_name, eap.username);
  return true;
}

radius::Writer begin(radius::Code code, const radius::Packet& request) {
  radius::Writer writer(code, request.identifier, radius::Writer::Lead::message_authenticator);
  // First of all, since they must not be left out: a request of 4096 octets of them fits, but for
  // the attribute in front.
  for (const radius::Attribute& one : request.attributes) {
    if (one.type == type::proxy_state) writer.add(type::proxy_state, one.value);
  }
  return writer;
}

}  // namespace

Octets accept(const radius::Packet& request, OctetView secret, radius::Digests& digests) {
  return begin(radius::Code::access_accept, request)
      .finish_reply(request.authenticator, secret, digests);
}

std::optional<Octets> accept(const radius::Packet& request, const Known& known,
                             const EncodedRules& replies, const core::ReplyFacts& facts,
                             const SessionMarks& marks, std::uint16_t salt,
                             radius::Digests& digests, const NetworkProof* proof,
                             const EapAccept* eap) {
  radius::Writer writer = begin(radius::Code::access_accept, request);
  const OctetView secret = known.secret_octets();
  const radius::HidingKey key{request.authenticator, secret, salt, digests};
  if (proof != nullptr && !proof->write_success(writer, key)) return std::nullopt;
  if (eap != nullptr && !add_eap_accept(writer, request, *eap, key)) return std::nullopt;
  if (proof != nullptr || eap != nullptr) {
    salt = static_cast<std::uint16_t>(salt + NetworkProof::kSalts);
  }
  if (!replies.write(writer, facts, request.authenticator, secret, salt, digests)) {
    return std::nullopt;
  }
  if (!marks.write(writer)) return std::nullopt;
  return std::move(writer).finish_reply(request.authenticator, secret, digests);
}

Octets reject(const radius::Packet& request, OctetView secret, radius::Digests& digests,
              const NetworkProof* proof) {
  radius::Writer writer = begin(radius::Code::access_reject, request);
  if (proof != nullptr) proof->write_failure(writer);
  if (request.has(type::eap_message)) {
    radius::add_eap_message(writer, eap::encode_failure(eap_identifier(request)));
  }
  return std::move(writer).finish_reply(request.authenticator, secret, digests);
}

Octets challenge(const radius::Packet& request, std::string_view state, std::string_view prompt,
                 OctetView secret, radius::Digests& digests) {
  radius::Writer writer = begin(radius::Code::access_challenge, request);
  writer.add(type::state, state);
  writer.add(type::reply_message, prompt);
  return std::move(writer).finish_reply(request.authenticator, secret, digests);
}

std::optional<Octets> eap_challenge(const radius::Packet& request, std::string_view state,
                                    OctetView eap, OctetView secret, radius::Digests& digests) {
  radius::Writer writer = begin(radius::Code::access_challenge, request);
  if (!radius::add_eap_message(writer, eap) || !writer.add(type::state, state)) {
    return std::nullopt;
  }
  return std::move(writer).finish_reply(request.authenticator, secret, digests);
}

}  // namespace postern::outpost
