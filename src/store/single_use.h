#pragma once
// Single-use facts: each is one statement that changes a row only if it may, so that of any number
// of callers, on any node, exactly one is told true. Guesses at a code device are rows of their
// own: a sliding window, exact at its edges. The counting statement runs with the right to write
// taken first.
//
// Errors: StoreError. Thread: the connection's holder; none may be in a transaction.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "store/database.h"

namespace postern::store {

struct GuessLimits {
  int per_window = 0;
  core::WallMs window_ms = 0;
  int per_day = 0;
};

bool consume_totp_step(Connection& connection, const core::Uuid& device, std::int64_t step);
bool consume_static_code(Connection& connection, const core::Uuid& code, core::WallMs now);
bool consume_token(Connection& connection, const core::Uuid& token);
bool advance_sign_count(Connection& connection, const core::Uuid& device, std::int64_t counter,
                        core::WallMs now);
void note_device_use(Connection& connection, const core::Uuid& device, core::WallMs now);
std::vector<core::Uuid> idle_tokens(Connection& connection, core::WallMs now, std::size_t limit);
bool reserve_code_guess(Connection& connection, const core::Uuid& device, core::WallMs now,
                        const GuessLimits& limits);
std::optional<std::uint32_t> use_grace_login(Connection& connection, core::UserId user,
                                             int allowed);
void refund_code_guess(Connection& connection, const core::Uuid& device);

}  // namespace postern::store
