#pragma once
// Whom the name in a Bind means: a DN of an entry, or, where the provider takes them
// (attributes.postern.bind_names), a short name: user name, user@realm, e-mail address, entryUUID.
// What means nobody, or more than one, costs what a wrong password costs.
//
// A short name has no suffix to tell the provider by: it is that of the TLS server name, else that
// whose realm (its base DN's dc components) stands behind the @, else the first one.
// Thread: the session's loop. Source: RFC 4513 5.1.3, 5.2.1.7; reference row L04.

#include <string_view>

#include "outpost/ldap/conversation.h"

namespace postern::outpost {

// The name field of a simple bind.
BindTarget target_of_name(Conversation& conversation, std::string_view name);

// The user name of a SASL mechanism, which takes no DN (but one after "dn:"). `authorization_id`,
// if any, must be the same user ("dn:..." or "u:..."), and chooses the provider if it is a DN.
BindTarget target_of_user(Conversation& conversation, std::string_view name,
                          std::string_view authorization_id);

// The provider of who does not name one; 0 if there is none.
core::ProviderId default_provider(Conversation& conversation);

// A target that nobody is, at that provider.
BindTarget nobody(Conversation& conversation, core::ProviderId provider);

// The user of a target; 0 = nobody, or not to be told apart.
core::UserId user_of(Conversation& conversation, const BindTarget& target);

}  // namespace postern::outpost
