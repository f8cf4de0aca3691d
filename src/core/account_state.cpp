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

std::optional<AccountState> AccountStates::of(UserId user, ProviderId provider) const {
  thread_local LoginRecord record;
  const std::shared_ptr<const Catalog> catalog = directory_.catalog();
  const Provider* service = catalog->provider(provider);
  if (service == nullptr || directory_.read_user(user, record) != Lookup::found) {
    return std::nullopt;
  }
  const WallMs now = clock_.wall();
  AccountState state;
  state.inactive = check_user(record, now) != Reason::none;
  state.reset = record.password_must_change;
  const WallMs until = throttle_.refused_until({user, {}, provider});
  if (until > now) state.seconds_until_unlock = seconds(until - now);
  const Flow& flow =
      service->authentication_flow ? *service->authentication_flow : *builtin_login_flow();
  if (flow.password_age.max_ms == 0 || record.password_changed == 0) return state;
  const std::int64_t left = record.password_changed + flow.password_age.max_ms - now;
  state.expired = left <= 0;
  if (left > 0) state.seconds_until_expiry = seconds(left);
  return state;
}

}  // namespace postern::core
