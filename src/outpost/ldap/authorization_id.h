#pragma once
// The authorization identity of a connection as text: "dn:..." of the bound user's entry, "u:..."
// if its provider has just gone, empty when anonymous. Thread: the session's loop.
// Source: RFC 4513 5.2.1.8, RFC 4532, RFC 3829.

#include <string>

#include "outpost/ldap/conversation.h"

namespace postern::outpost {

std::string authorization_id(Conversation& conversation);

}  // namespace postern::outpost
