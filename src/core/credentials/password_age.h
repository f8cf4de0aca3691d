#pragma once
// What the age of a right password means for a login with it. On a lane a grace login is spent, so
// it comes when nothing else can refuse any more. none, password_must_change, password_expired or
// store_unreachable; with Blocking::no an expired password is refused and nothing is spent.
// Thread: as the Attempt.

#include "core/credentials/attempt.h"
#include "core/login.h"
#include "core/policy/policy.h"
#include "core/ports/store.h"

namespace postern::core {

Reason judge_password_age(const PasswordAge& age, const Attempt& attempt, Store& store, WallMs now,
                          PasswordState& state);

}  // namespace postern::core
