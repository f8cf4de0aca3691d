#pragma once
// AccountStates: whether a user could log in at a provider now, as far as that can be said without
// a password: active, within its times, not refused after wrong passwords, password neither to be
// changed first nor too old. It decides nothing; it tells administrators and the user itself.
//
// The caller has read the user; nothing is looked up here. `throttle` outlives it. Thread: any;
// never blocks.

#include <cstdint>
#include <optional>

#include "core/access/catalog.h"
#include "core/credentials/throttle.h"
#include "core/model/login_record.h"
#include "core/ports/clock.h"

namespace postern::core {

struct AccountState {
  bool inactive = false;  // or not valid yet, or not any more
  bool reset = false;     // the password has to be changed first
  bool expired = false;   // the password is too old
  std::optional<std::uint32_t> seconds_until_unlock;
  std::optional<std::uint32_t> seconds_until_expiry;  // absent = it does not expire
  bool usable() const noexcept { return !inactive && !reset && !expired && !seconds_until_unlock; }
};

class AccountStates {
 public:
  AccountStates(const Throttle& throttle, const Clock& clock)
      : throttle_(throttle), clock_(clock) {}

  AccountState of(const LoginRecord& record, const Provider& provider) const;

 private:
  const Throttle& throttle_;
  const Clock& clock_;
};

}  // namespace postern::core
