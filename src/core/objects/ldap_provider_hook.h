#pragma once
// What a write of an LDAP provider means: its base DN is nobody else's, and its own settings that
// decide on who sees what are right, or not written at all. Thread: as the Transaction.

#include "core/objects/hooks.h"

namespace postern::core {

Outcome<Done> ldap_provider_hook(const HookContext& context, const Object& fields);

}  // namespace postern::core
