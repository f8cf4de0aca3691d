#pragma once
// App passwords that nobody has used for as long as they allow (idle_days) expire. last_used is
// written behind the login and never fed, so no login can decide this: a sweep does, before the
// server listens and then every few minutes. What expired is kept, with the time at which it did.
//
// Errors: StoreError. Thread: any that may block.

#include <cstddef>

#include "core/objects/objects.h"
#include "core/ports/store.h"

namespace postern::core {

std::size_t expire_idle_tokens(Store& store, const ObjectTools& tools);  // how many

}  // namespace postern::core
