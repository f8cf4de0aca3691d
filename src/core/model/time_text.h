#pragma once
// WallMs as RFC 3339 text in UTC ("2026-01-31T12:00:00.000000Z", as the v3 API writes it) and back.
// parse_time() takes any offset and an optional fraction. Thread: pure functions.

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace postern::core {

std::string time_text(WallMs when);
std::string compact_time_text(WallMs when);  // for names of files: "20270131T235959Z"
std::optional<WallMs> parse_time(std::string_view text);
// "hours=1;minutes=2;seconds=3" (authentik's durations) in milliseconds; also weeks, days,
// milliseconds. Nothing when it does not parse.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace postern::core
