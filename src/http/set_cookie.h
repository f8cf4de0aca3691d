#pragma once
// The Set-Cookie header of every cookie that is given to a browser (RFC 6265 4.1): for the whole
// site, not sent along by other sites, over TLS alone where the browser speaks it. Thread: any.

#include <cstdint>
#include <string_view>

#include "http/response.h"

namespace postern::http {

enum class Readers : std::uint8_t { server, scripts_too };

// `lifetime_ms`: 0 = until the browser closes, less = away with it.
Header set_cookie(const Request& request, std::string_view name, std::string_view value,
                  std::int64_t lifetime_ms, Readers readers = Readers::server);

}  // namespace postern::http
