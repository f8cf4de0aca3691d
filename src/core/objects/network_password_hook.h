#pragma once
// What a write of a token with intent network_password means: its key is sealed besides being
// turned into a verifier, its description names the device, of which a user has one of a name. A
// token is a network password from its first day or never. Thread: as the Transaction.

#include <optional>

#include "core/objects/hooks.h"

namespace postern::core {

// Whether the token is one, or is about to become one.
bool is_network_password(const HookContext& context, const Object& fields);
// `key`: as given; nothing = generated at creation, kept later. pk and created are set already.
Outcome<Done> network_password_hook(const HookContext& context, const std::optional<Secret>& key,
                                    Object& fields);

}  // namespace postern::core
