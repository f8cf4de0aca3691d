#pragma once
// LoginEffects: what an attempt leaves behind, applied once at its end: the events login and
// login_failed with a constant reason, last_login and last_used touches, the alert about a source
// that fails as many users. Names are bounded to 150 characters and escaped. App-password and
// recently verified logins are noted at most once per interval and (user, service, method): they
// come by the thousand and an event each would drown the trail; so are refusals of app passwords,
// per (source, name). The table of what was noted is fixed; a collision only notes once more or
// once less.
//
// Thread-safe; the quiet path does not allocate.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/credentials/attempt.h"
#include "core/credentials/throttle.h"
#include "core/flow/plan.h"
#include "core/login.h"
#include "core/ports/clock.h"
#include "core/ports/event_log.h"

namespace postern::core {

// At most `limit` characters; control characters and what is not UTF-8 as \xNN.
std::string printable(std::string_view text, std::size_t limit = 150);

class LoginEffects {
 public:
  LoginEffects(EventLog& events, Throttle& throttle, const Clock& clock,
               std::chrono::milliseconds note_interval)
      : events_(events), throttle_(throttle), clock_(clock), interval_(note_interval) {}

  void granted(const LoginRequest& request, const Attempt& attempt, const Plan& plan);
  void refused(const LoginRequest& request, const Attempt& attempt, Reason reason);

 private:
  bool due(std::string_view text, std::int64_t a, std::int64_t b);

  EventLog& events_;
  Throttle& throttle_;
  const Clock& clock_;
  const std::chrono::milliseconds interval_;
  std::array<std::atomic<std::uint64_t>, 8192> noted_{};  // key half << 32 | time half
};

}  // namespace postern::core
