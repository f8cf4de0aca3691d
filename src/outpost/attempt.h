#pragma once
// A login attempt as a front makes it: it never throws. A login that breaks is one that could not
// be decided (Unavailable), and the log says why (`login.broken`). Thread: any.

#include "core/login.h"
#include "protocols/session.h"

namespace postern::outpost {

// The lane of the runner where a blocked login goes on.
Lane lane_of(core::LoginLane lane) noexcept;

core::LoginOutcome attempt(core::Login& login, const core::LoginRequest& request,
                           core::Blocking blocking) noexcept;
core::LoginOutcome admit(core::Login& login, const core::TransportLogin& request) noexcept;

}  // namespace postern::outpost
