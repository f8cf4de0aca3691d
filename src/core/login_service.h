#pragma once
// The factory of core::Login: the inline solver over the flow executor. It holds a user name and a
// text password, perhaps with a code behind it, and answers the challenges of the provider's flow
// from them; a challenge left over is a refusal. What stands around the flow (staleness, split, one
// slow hash per refusal, access, effects) is in login_service.cpp.
//
// All parts outlive the Login. Thread: make once; the Login is thread-safe.

#include <chrono>
#include <memory>

#include "core/credentials/password_hash.h"
#include "core/credentials/recent_verification.h"
#include "core/credentials/sealer.h"
#include "core/credentials/throttle.h"
#include "core/login.h"
#include "core/policy/policy_case.h"
#include "core/ports/breached_passwords.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/event_log.h"
#include "core/ports/store.h"

namespace postern::core {

class Explanations;
class LoginLeases;

struct LoginSettings {
  // How old the Directory may be before logins answer Unavailable (design.md 7, Stale Directory).
  std::chrono::milliseconds max_staleness{5'000};             // the Store is reachable
  std::chrono::milliseconds max_staleness_detached{900'000};  // it is not; 0 = no login then
  // Code guesses per device.
  int code_guesses = 5;
  std::chrono::milliseconds code_window{300'000};
  int code_guesses_per_day = 20;
  // App-password and recently verified logins of one user at one service: one event and one
  // last_login / last_used touch per interval. Every other login has its own event.
  std::chrono::milliseconds note_interval{60'000};
};

struct LoginParts {
  const Directory& directory;
  Store& store;
  EventLog& events;
  const PasswordHasher& hasher;
  const Sealer& sealer;
  Throttle& throttle;
  RecentVerifications& recent;
  const Clock& clock;
  LoginSettings settings{};
  Random* random = nullptr;                     // for generated passwords
  const BreachedPasswords* breached = nullptr;  // for policies that look into such lists
  const PolicyJudge* judge = nullptr;           // of dynamic policies; without one they deny
  Explanations* explanations = nullptr;         // keeps why the last attempts ended as they did
  LoginLeases* leases = nullptr;                // for providers that allow them; none = no lease
};

std::unique_ptr<Login> make_login(const LoginParts& parts);

}  // namespace postern::core
