#pragma once
// The Content-Security-Policy of pages: nothing but what this server sends, without inline code. A
// flow with a captcha also lets in the origin of the script that its stage names (`js_url`), and
// where that script is known to load the rest of itself from. CSP Level 3. Thread: pure.

#include <string>
#include <string_view>

#include "core/access/catalog.h"

namespace postern::http {

inline constexpr std::string_view kContentPolicy =
    "default-src 'self'; img-src 'self' data: https:; style-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'";

std::string content_policy_of(const core::Flow& flow);

// "https://host:port" of an http or https address; "" = it is none, or could not stand in a policy.
std::string script_origin(std::string_view address);

}  // namespace postern::http
