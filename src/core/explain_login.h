#pragma once
// From an attempt that is over to its Explanation: provider, flow, stages passed, credentials,
// user, application and each of its bindings. Thread: pure.

#include "core/credentials/attempt.h"
#include "core/explanations.h"
#include "core/flow/plan.h"
#include "core/login.h"

namespace postern::core {

// `refused_until`: of the throttle, if the reason is that.
// `provider` is null when the request named none that exists (and for logins in the browser).
Explanation explain_login(const LoginRequest& request, const Attempt& attempt, const Plan& plan,
                          const Provider* provider, Reason reason, WallMs now,
                          WallMs refused_until = 0);

// The bindings of an application, each looked at for itself: which passes, which does not.
std::vector<std::string> explain_bindings(const Application& application,
                                          const LoginRecord& record);

// Which setting decides about a reason.
std::string_view setting_of(Reason reason) noexcept;

}  // namespace postern::core
