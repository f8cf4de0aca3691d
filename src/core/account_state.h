#pragma once
// AccountStates: whether a user could log in at a provider now, as far as that can be said without
// a password: active, within its times, not refused after wrong passwords, password neither to be
// changed first nor too old. It decides nothing; it tells administrators and the user itself.
//
// `directory` and `throttle` outlive it. Thread: any; never blocks.

#include <cstdint>
#include <optional>

#include "core/credentials/throttle.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"

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
  AccountStates(const Directory& directory, const Throttle& throttle, const Clock& clock)
      : directory_(directory), throttle_(throttle), clock_(clock) {}

  // Nothing = no such user, or no such provider.
  std::optional<AccountState> of(UserId user, ProviderId provider) const;

 private:
  const Directory& directory_;
  const Throttle& throttle_;
  const Clock& clock_;
};

}  // namespace postern::core
