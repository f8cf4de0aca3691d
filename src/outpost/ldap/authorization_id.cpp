#include "outpost/ldap/authorization_id.h"

#include "protocols/ldap/dn.h"

namespace postern::outpost {

std::string authorization_id(Conversation& conversation) {
  const core::Grant* grant = conversation.grant();
  if (grant == nullptr) return {};
  const NamingContext* context = conversation.naming().find(grant->provider);
  if (context == nullptr) return "u:" + grant->username;  // its provider has just been removed
  return "dn:" + ldap::build_dn(context->names.user_rdn, grant->username,
                                context->names.users + "," + context->base);
}

}  // namespace postern::outpost
