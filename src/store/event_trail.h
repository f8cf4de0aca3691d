#pragma once
// The audit trail as a chain: the seal of each event is an HMAC over the one before it and
// everything the event says, under a key that the database does not hold. Who changes, inserts or
// removes a row without the key breaks the chain, and `postern events verify` names the place. Rows
// that retention removes leave the seal of the last of them, from which the rest goes on; the head
// is kept too, so that rows missing at the end are seen.
//
// Rows from before the chain have no seal and are counted apart. Thread: the connection's.

#include <span>
#include <string_view>
#include <vector>

#include "core/ports/store.h"
#include "store/database.h"

namespace postern::store {

// Within a write transaction of the caller's.
void append_trail(Connection& connection, std::string_view key,
                  std::span<const core::Event> events);

core::TrailReport verify_trail(Connection& connection, std::string_view key);

// Erases the oldest events, with the notifications of them, that are from before `before`, at most
// `limit`. Gives how many.
std::size_t prune_trail(Connection& connection, core::WallMs before, std::size_t limit);

// Logins by the service in their context, the most used first.
std::vector<core::Store::ServiceUse> logins_by_service(Connection& connection);

}  // namespace postern::store
