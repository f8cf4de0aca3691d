#include "core/credentials/password_age.h"

namespace postern::core {

Reason judge_password_age(const PasswordAge& age, const Attempt& attempt, Store& store, WallMs now,
                          PasswordState& state) {
  if (attempt.purpose == Purpose::password_change) return Reason::none;
  const LoginRecord& record = attempt.record;
  state.must_change = record.password_must_change;
  // Only LDAP can tell the client and hold it to changing the password.
  if (state.must_change && attempt.protocol != Protocol::ldap) return Reason::password_must_change;
  if (age.max_ms == 0 || record.password_changed == 0) return Reason::none;
  const std::int64_t left = record.password_changed + age.max_ms - now;
  if (left > 0) {
    if (left <= age.warning_ms) state.seconds_left = static_cast<std::uint32_t>(left / 1000);
    return Reason::none;
  }
  if (age.grace_logins == 0 || attempt.blocking == Blocking::no) return Reason::password_expired;
  try {
    state.grace_left = store.use_grace_login(record.pk, age.grace_logins);
  } catch (const StoreError&) {
    return Reason::store_unreachable;
  }
  return state.grace_left ? Reason::none : Reason::password_expired;
}

}  // namespace postern::core
