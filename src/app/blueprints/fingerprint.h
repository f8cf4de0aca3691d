#pragma once
// The fingerprint by which a changed blueprint is known: 64 hex digits, HMAC-SHA-256 under a key
// derived from the sealing key, over the text and the present values of all `!Env` and `!File` in
// it. Thread-safe.

#include <string>
#include <string_view>

#include "app/blueprints/blueprint.h"
#include "core/credentials/sealer.h"

namespace postern::app {

std::string fingerprint(std::string_view text, const Blueprint& blueprint,
                        const core::Sealer& sealer);

}  // namespace postern::app
