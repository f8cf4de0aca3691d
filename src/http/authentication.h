#pragma once
// Who asks: by an API token in Authorization, else by the session cookie. Also what keeps other
// sites from asking in a browser's name: the CSRF token of a logged-in session, and the Origin.
// Thread: any that may block. Source: reference, HTTP 1.1.

#include <optional>
#include <string>

#include "http/context.h"

namespace postern::http {

// Fills context.who and context.session. A refusal is the answer: credentials were given and are
// not right. No credentials are no refusal.
std::optional<Response> authenticate(Context& context);

// An unsafe request by a session: its Origin (or Referer, under TLS) has to be ours, and the header
// X-authentik-CSRF that session's token.
std::optional<Response> refuse_forgery(const Context& context);

// An outpost that asks for somebody else: by the key of its service account in
// X-Authentik-Outpost-Token, for the address in X-Authentik-Remote-IP. Nothing = it is none.
std::optional<std::string> address_from_outpost(const Context& context);

// The origin part alone, which also those who are not logged in have to pass.
bool same_origin(const Context& context);

}  // namespace postern::http
