#include "outpost/radius/reply.h"

#include <array>
#include <utility>

namespace postern::outpost {
namespace {

namespace type = radius::type;

constexpr std::uint8_t kEapFailure = 4;

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
                             const core::ReplyFacts& facts, std::uint16_t salt,
                             radius::Digests& digests, const NetworkProof* proof) {
  radius::Writer writer = begin(radius::Code::access_accept, request);
  const OctetView secret = known.secret_octets();
  if (proof != nullptr) {
    const radius::HidingKey key{request.authenticator, secret, salt, digests};
    if (!proof->write_success(writer, key)) return std::nullopt;
    salt = static_cast<std::uint16_t>(salt + NetworkProof::kSalts);
  }
  if (!known.served->replies.write(writer, facts, request.authenticator, secret, salt, digests)) {
    return std::nullopt;
  }
  return std::move(writer).finish_reply(request.authenticator, secret, digests);
}

Octets reject(const radius::Packet& request, OctetView secret, radius::Digests& digests,
              const NetworkProof* proof) {
  radius::Writer writer = begin(radius::Code::access_reject, request);
  if (proof != nullptr) proof->write_failure(writer);
  if (const radius::Attribute* eap = request.find(type::eap_message)) {
    const std::uint8_t identifier = eap->value.size() > 1 ? eap->value[1] : std::uint8_t{0};
    writer.add(type::eap_message, std::array<std::uint8_t, 4>{kEapFailure, identifier, 0, 4});
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

}  // namespace postern::outpost
