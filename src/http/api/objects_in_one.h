#pragma once
// Several writes of one request in one transaction; the change is searchable when it returns. An
// Error keeps nothing. And the sealed copy of a token's key, which its owner may ask for.
// Thread: any that may block.

#include <functional>

#include "core/objects/objects.h"
#include "http/context.h"

namespace postern::http {

core::Outcome<core::Written> in_one(
    Context& context,
    const std::function<core::Outcome<core::Written>(core::Transaction&, core::Objects&)>& work);

// Keeps what was generated for the token just written.
void keep_key(const Context& context, core::Transaction& transaction, const core::Written& token);
std::optional<core::Secret> kept_key(const Context& context, const core::Object& token);

}  // namespace postern::http
