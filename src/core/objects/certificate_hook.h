#pragma once
// What a write of a certificate and its key means: both are checked to be readable and to belong
// together, the key is sealed. opened_key() gives it back to who shows the certificate in TLS.
// Thread: any.

#include <optional>

#include "core/objects/hooks.h"

namespace postern::core {

Outcome<Done> certificate_hook(const HookContext& context, Object& fields);

// PEM; nothing if there is no key or it was sealed under another sealing key.
std::optional<Secret> opened_key(const Object& certificate, const Sealer& sealer);

}  // namespace postern::core
