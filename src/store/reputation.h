#pragma once
// Reputation: one row per name and address, moved by logins, held between the limits of the
// settings, forgotten a while after its last change. Thread: the connection's.

#include <span>

#include "core/ports/store.h"
#include "store/database.h"

namespace postern::store {

void add_reputation(Connection& connection, std::span<const core::ReputationChange> changes,
                    core::WallMs now);

}  // namespace postern::store
