#pragma once
// The text forms of settings: durations, sizes, whole numbers, addresses. Pure; thread-safe;
// nullopt when the text does not have the form or does not fit.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "app/config/config.h"

namespace postern::app {

// "250ms", "30s", "5m", "2h", "7d", "1h30m"; "0" alone needs no unit. At most 10 years.
std::optional<Millis> parse_duration_setting(std::string_view text);
// Octets: "65536", "512KiB", "19MiB", "1GiB"; "B" and "kB/MB" (powers of 1000) too.
std::optional<std::int64_t> parse_size(std::string_view text);
// Decimal, with an optional sign, no leading zeros.
std::optional<std::int64_t> parse_whole(std::string_view text);
// "127.0.0.1:389", "[::1]:389", "name:389", "*:389" (all addresses).
std::optional<Endpoint> parse_endpoint(std::string_view text);
// true, false, yes, no, on, off.
std::optional<bool> parse_switch(std::string_view text);

}  // namespace postern::app
