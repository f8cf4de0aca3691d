#include "core/account_state.h"

#include <algorithm>

#include "core/access/access_check.h"
#include "core/flow/builtin_flow.h"

namespace postern::core {
namespace {

std::uint32_t seconds(std::int64_t milliseconds) noexcept {
  constexpr std::int64_t kMost = 0x7fffffff;
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>((milliseconds + 999) / 1000, 0, kMost));
}

}  // namespace

AccountState AccountStates::of(const LoginRecord& record, const Provider& provider) const {
  const WallMs now = clock_.wall();
  AccountState state;
  state.inactive = check_user(record, now) != Reason::none;
  state.reset = record.password_must_change;
  const WallMs until = throttle_.refused_until({record.pk, {}, provider.pk});
  if (until > now) state.seconds_until_unlock = seconds(until - now);
  const Flow& flow =
      provider.authentication_flow ? *provider.authentication_flow : *builtin_login_flow();
  if (flow.password_age.max_ms == 0 || record.password_changed == 0) return state;
  const std::int64_t left = record.password_changed + flow.password_age.max_ms - now;
  state.expired = left <= 0;
  if (left > 0) state.seconds_until_expiry = seconds(left);
  return state;
}

}  // namespace postern::core
