#pragma once
// Passwords of an import. A hash that logins can verify is kept as it is and replaced at the next
// good login; text in clear becomes {SSHA512} at once, which the same rule upgrades. Pure;
// thread-safe.

#include <string_view>

#include "app/import/entry.h"
#include "core/ports/random.h"

namespace postern::app {

// Sets entry.fields["password_hash"], or adds a note why not.
void take_password(std::string_view stored, core::Random& random, ImportEntry& entry);

}  // namespace postern::app
