#pragma once
// TOTP (RFC 6238) over HMAC-SHA1: 6 or 8 digits, any step, window -1, 0, +1. matching_step()
// compares in constant time over the whole window and says which step a code belongs to; single use
// is the Store's compare-and-set on that step. Thread: pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/outcome.h"
#include "core/secret.h"
#include "core/time.h"

namespace postern::core {

std::string totp_code(std::string_view key, std::int64_t step, int digits);
std::optional<std::int64_t> matching_step(std::string_view key, std::string_view code, int digits,
                                          int step_seconds, WallMs now);
// How many seconds away from now a wrong code would be right, within an hour; the nearest. Not in
// constant time: for explanations of a refusal that has cost its slow hash, never for decisions.
std::optional<std::int64_t> seconds_away(std::string_view key, std::string_view code, int digits,
                                         int step_seconds, WallMs now);
// Device keys as people write them: hex, or "base32:" and RFC 4648 text (case, spaces and padding
// forgiven). At least 10 octets, at most 128.
Outcome<Secret> parse_totp_key(std::string_view text);
std::string base32(std::string_view octets);
// otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=...&digits=...&period=... , RFC 3986 escaped.
std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view key,
                        int digits, int step_seconds);

}  // namespace postern::core
