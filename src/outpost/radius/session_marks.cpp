#include "outpost/radius/session_marks.h"

#include "core/credentials/digest.h"
#include "core/hex.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

constexpr std::size_t kIdentityOctets = 16;

}  // namespace

bool SessionMarks::write(radius::Writer& writer) const {
  if (!chargeable_user.empty() && !writer.has(type::chargeable_user_identity) &&
      !writer.add(type::chargeable_user_identity, chargeable_user)) {
    return false;
  }
  return login_class.empty() || writer.add(type::class_, login_class);
}

SessionMarker::SessionMarker(const core::Sealer& sealer)
    : classes_(sealer), identity_key_(sealer.derive("radius-chargeable-user")) {}

SessionMarks SessionMarker::mark(const radius::Packet& request,
                                 const core::RadiusProvider& provider, const core::Grant& grant,
                                 std::uint32_t interim, core::WallMs now) const {
  SessionMarks marks;
  if (request.has(type::chargeable_user_identity)) {
    const std::string who = std::to_string(provider.pk) + ":" + std::to_string(grant.user);
    marks.chargeable_user =
        core::to_hex(std::string_view(
                         core::hmac(core::DigestKind::sha256, core::as_text(identity_key_), who)))
            .substr(0, 2 * kIdentityOctets);
  }
  if (!provider.session_class) return marks;
  core::LoginTie tie;
  tie.provider = provider.pk;
  tie.user = grant.user;
  tie.generation = grant.generation;
  tie.at = now;
  tie.credential = grant.credential;
  tie.interim = interim;
  tie.account_password = grant.account_password;
  marks.login_class = classes_.seal(tie);
  return marks;
}

}  // namespace postern::outpost
