#pragma once
// Updates: Add, Modify, Delete, ModifyDN and the Password Modify operation of one session, from the
// request to its response. What can be refused by a look is answered at once; the rest becomes a
// PendingOperation on the store lane, or on the hash lane when a password is part of it.
//
// Who has just changed its own entry keeps its identity: the grant follows the credential
// generation that the change has made. Thread: begin_*() and answers on the session's loop.
// Sources: RFC 4511 4.6-4.9, RFC 3062; behera-10 8.1.2.2 (after a reset).

#include "outpost/ldap/conversation.h"
#include "outpost/ldap/pending.h"
#include "outpost/ldap/request_controls.h"
#include "protocols/ldap/message.h"
#include "protocols/session.h"

namespace postern::outpost {

// `pdu` is the whole request, `envelope` what it decodes to. nullptr: answered.
Pending begin_update(Conversation& conversation, Io& io, OctetView pdu,
                     const ldap::Envelope& envelope, const RequestControls& controls);

Pending begin_password_modify(Conversation& conversation, Io& io, std::int32_t id,
                              const ldap::ExtendedRequest& request,
                              const RequestControls& controls);

// Somebody whose password was reset may change it and do nothing else. True: refused (50).
bool refuse_until_password_changed(Conversation& conversation, Io& io,
                                   const ldap::Envelope& envelope, const RequestControls& controls);

}  // namespace postern::outpost
