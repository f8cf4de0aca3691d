#include "outpost/ldap/external.h"

#include <string>

#include "outpost/ldap/bind_name.h"
#include "protocols/ldap/authz_id.h"

namespace postern::outpost {
namespace {

using core::Lookup;
using core::UserField;
using From = LdapSettings::CertificateName;

core::UserId find(const Conversation& conversation, UserField field, std::string_view value) {
  core::LoginRecord record;
  if (value.empty()) return 0;
  const Lookup lookup = conversation.services.directory.find_user(field, value, record);
  return lookup == Lookup::found ? record.pk : 0;
}

// The user whom all names of one kind mean; names of nobody do not count, two users are none.
core::UserId find_all(const Conversation& conversation, UserField field,
                      const std::vector<std::string>& names) {
  core::UserId user = 0;
  for (const std::string& name : names) {
    const core::UserId found = find(conversation, field, name);
    if (found == 0 || found == user) continue;
    if (user != 0) return 0;
    user = found;
  }
  return user;
}

// The last segment of each URI: "spiffe://example.org/people/alice" is alice.
std::vector<std::string> last_segments(const std::vector<std::string>& uris) {
  std::vector<std::string> names;
  for (const std::string& uri : uris) {
    const std::size_t slash = uri.rfind('/');
    if (slash != std::string::npos) names.push_back(uri.substr(slash + 1));
  }
  return names;
}

core::UserId owner_of(const Conversation& conversation, const ClientCertificate& certificate) {
  for (const From from : conversation.settings->certificate_names) {
    core::UserId user = 0;
    switch (from) {
      case From::email:
        user = find_all(conversation, UserField::email, certificate.emails);
        break;
      case From::upn:
        user = find_all(conversation, UserField::upn, certificate.upns);
        break;
      case From::uri:
        user = find_all(conversation, UserField::username, last_segments(certificate.uris));
        break;
      case From::common_name:
        user = find(conversation, UserField::username, certificate.common_name);
        break;
    }
    if (user != 0) return user;
  }
  return 0;
}

core::UserId local_user(const Conversation& conversation, std::uint32_t uid) {
  const auto& users = conversation.settings->local_users;
  const auto found = users.find(uid);
  if (found == users.end()) {
    // Root is somebody by name only: a number that a user came by makes nobody root's equal.
    if (!conversation.settings->local_by_number || uid == 0) return 0;
    return find(conversation, UserField::uid_number, std::to_string(uid));
  }
  return find(conversation, UserField::username, found->second);
}

// Narrows the login to what `authorization_id` asks for.
void act_as(Conversation& conversation, std::string_view authorization_id,
            core::TransportLogin& login) {
  const auto wanted = ldap::parse_authz_id(authorization_id);
  if (wanted && wanted->form == ldap::AuthzId::Form::none) return;
  core::UserId user = 0;
  if (wanted && wanted->form == ldap::AuthzId::Form::dn) {
    const BindTarget target = conversation.naming().bind_target(wanted->text);
    user = user_of(conversation, target);
    if (target.provider != 0) login.provider = target.provider;
  } else if (wanted) {
    user = find(conversation, UserField::username, wanted->text);
  }
  if (user != login.user) login.user = 0;
}

}  // namespace

bool has_external_identity(const Conversation& conversation) noexcept {
  return conversation.certificate != nullptr || conversation.peer.local.has_value();
}

core::TransportLogin external_login(Conversation& conversation, std::string_view authorization_id) {
  core::TransportLogin login;
  login.provider = default_provider(conversation);
  login.client = conversation.peer.address;
  if (conversation.certificate) {
    login.proof = core::TransportProof::certificate;
    login.claim = conversation.certificate->subject;
    login.user = owner_of(conversation, *conversation.certificate);
  } else {
    login.proof = core::TransportProof::local_socket;
    login.claim = "uid=" + std::to_string(conversation.peer.local->uid);
    login.user = local_user(conversation, conversation.peer.local->uid);
  }
  act_as(conversation, authorization_id, login);
  return login;
}

}  // namespace postern::outpost
