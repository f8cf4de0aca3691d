#pragma once
// Looking: who looks into a provider's tree over this connection, and whether there is anything to
// be asked at all. Everything that reads or finds entries (search, compare, writes) asks here
// first. Thread: the session's loop. Source: design.md 7 (LDAP codes).

#include "core/ids.h"
#include "outpost/ldap/conversation.h"
#include "protocols/ldap/result_code.h"
#include "protocols/ldap/tree.h"

namespace postern::outpost {

struct Looking {
  // success, or the answer: insufficientAccessRights to who has not bound (unless a rule opens the
  // tree), noSuchObject to who is bound at another provider.
  ldap::ResultCode code = ldap::ResultCode::success;
  // Points into the conversation's identity or naming contexts: for use before the next event.
  ldap::Viewer viewer;
};

// Points into `right`.
ldap::Viewer viewer_of(core::ProviderId provider, core::UserId user,
                       const core::SearchRight& right) noexcept;

Looking look(Conversation& conversation, core::ProviderId provider);

}  // namespace postern::outpost
