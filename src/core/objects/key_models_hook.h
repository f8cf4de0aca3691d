#pragma once
// What a write of a stage that names models of keys means: each is an AAGUID, kept in lower case.
// Thread: as the Transaction.

#include "core/objects/hooks.h"

namespace postern::core {

Outcome<Done> key_models_hook(Object& fields);

}  // namespace postern::core
