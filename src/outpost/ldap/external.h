#pragma once
// SASL EXTERNAL: the identity that the transport proves: the owner of a client certificate, or the
// process at the other end of a local socket. Which user that is, the settings say. A connection
// with neither has no such identity. Thread: the session's loop.
// Source: RFC 4513 5.2.3, RFC 4422 appendix A; draft-chu-ldap-ldapi-00 5.1.

#include <string_view>

#include "core/login.h"
#include "outpost/ldap/conversation.h"

namespace postern::outpost {

// The transport proves something.
bool has_external_identity(const Conversation& conversation) noexcept;

// REQUIRES: has_external_identity(). `authorization_id`, if any, must be the same user, and chooses
// the provider if it is a DN. user 0: nobody, or not to be told apart.
core::TransportLogin external_login(Conversation& conversation, std::string_view authorization_id);

}  // namespace postern::outpost
