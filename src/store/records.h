#pragma once
// Records outside the feed: events with the last use of users and tokens, and the throttle's table,
// through which the nodes share their counts. Errors: StoreError. Thread: the connection's holder.

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ports/store.h"
#include "store/database.h"

namespace postern::store {

using LastLogins = std::span<const std::pair<core::UserId, core::WallMs>>;
using TokenUses = std::span<const std::pair<core::Uuid, core::WallMs>>;

// One commit for all; a time that is older than the one stored changes nothing. `key` seals events.
void append_events(Connection& connection, std::string_view key,
                   std::span<const core::Event> events, LastLogins logins, TokenUses tokens);
std::vector<core::Event> read_events(Connection& connection, std::size_t limit,
                                     std::string_view action);

// Upserts, and forgets what has expired by `now`.
void save_throttle(Connection& connection, std::span<const core::Store::ThrottleRow> rows,
                   core::WallMs now);
std::vector<core::Store::ThrottleRow> load_throttle(Connection& connection, core::WallMs now);

}  // namespace postern::store
