#pragma once
// What a write of a notification transport means: a webhook has an address, http or https, and no
// characters that would reach into the request. The address itself is sealed (sealed_fields.h).
// Thread: as the Transaction.

#include "core/objects/hooks.h"

namespace postern::core {

Outcome<Done> transport_hook(const HookContext& context, const Object& fields);

}  // namespace postern::core
