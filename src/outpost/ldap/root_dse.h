#pragma once
// The two entries that every client may read without a bind: the root DSE, which says what this
// server is and can do, and the subschema entry. Both tell exactly what is implemented: extensions
// and controls come from the tables of what is dispatched (extended.h, request_controls.h), schema
// from protocols/ldap/schema.h. Attributes that would be empty are absent. Source: RFC
// 4512 4.2, 5.1; RFC 3045.

#include <memory>

#include "outpost/ldap/conversation.h"
#include "outpost/ldap/virtual_entry.h"

namespace postern::outpost {

// Reflects the moment: naming contexts, and StartTLS as long as it can be used.
VirtualEntry make_root_dse(Conversation& conversation);

// Built-in types and those of this server's entries; made once as long as there are only the
// former.
std::shared_ptr<const VirtualEntry> subschema_entry(Conversation& conversation);

}  // namespace postern::outpost
