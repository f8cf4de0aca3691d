#pragma once
// What a login takes from the provider that it comes in by: which one it is, how a code is given
// there, what the user will see. Thread: pure over a catalog.

#include "core/access/access_check.h"
#include "core/inline_solver.h"
#include "core/login.h"

namespace postern::core {

// nullptr: there is none of this protocol.
const Provider* find_provider(const Catalog& catalog, Protocol protocol, ProviderId pk) noexcept;

InlineService service_of(const Catalog& catalog, const Provider& provider,
                         const LoginRequest& request);

// Only an LDAP provider has a tree to look into.
SearchRight right_at(const Catalog& catalog, const Provider& provider, const LoginRecord& record);

}  // namespace postern::core
