#pragma once
// What a write of a RADIUS provider means: client_networks and the settings under
// attributes.postern must be ones that the server understands, shared secrets are sealed. A
// provider made without a secret gets a generated one. Thread: as the Transaction.

#include "core/objects/hooks.h"

namespace postern::core {

Outcome<Done> radius_provider_hook(const HookContext& context, Object& fields);

}  // namespace postern::core
