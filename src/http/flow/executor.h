#pragma once
// The flow executor over HTTP: GET shows the challenge that is due, POST answers it; a solved one
// is followed by the next at once. The plan is kept in the visitor's session, sealed; each answer
// claims it by compare-and-set, so of two answers to one challenge one is worked on, and the login
// at the end is one write with the end of the plan. Nothing is written before the first valid
// answer. A flow that another one leads to goes on from what that one knows.
// Thread: any that may block. Source: reference, HTTP 1.3, core 3.1.

#include "http/router.h"

namespace postern::http {

void add_executor(Router& router);

// The slug of the flow that the brand, or else the name of its designation, gives:
// "authentication", "invalidation", "recovery", "enrollment", "unenrollment", "user_settings". "" =
// there is none.
std::string default_flow(const Context& context, std::string_view designation);

}  // namespace postern::http
