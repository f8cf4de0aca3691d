#include "outpost/ldap/ppolicy.h"

#include <variant>

namespace postern::outpost {
namespace {

using core::PasswordFault;
using ldap::PolicyError;
using ldap::ResultCode;
using Why = core::PasswordRefused::Why;

PolicyError error_of(PasswordFault fault) noexcept {
  switch (fault) {
    case PasswordFault::too_short:
      return PolicyError::passwordTooShort;
    case PasswordFault::too_long:
      return PolicyError::passwordTooLong;
    case PasswordFault::in_history:
      return PolicyError::passwordInHistory;
    case PasswordFault::too_young:
      return PolicyError::passwordTooYoung;
    case PasswordFault::weak:
    case PasswordFault::none:
      break;
  }
  return PolicyError::insufficientPasswordQuality;
}

bool locks(core::Reason reason) noexcept {
  return reason == core::Reason::throttled || reason == core::Reason::user_inactive;
}

ldap::PolicyResponse response_of(const core::LoginOutcome& outcome, bool reveal) {
  ldap::PolicyResponse response;
  if (const auto* denied = std::get_if<core::Denied>(&outcome)) {
    if (denied->reason == core::Reason::password_expired) {
      response.error = PolicyError::passwordExpired;
    } else if (reveal && locks(denied->reason)) {
      response.error = PolicyError::accountLocked;
    }
  }
  if (const auto* granted = std::get_if<core::Granted>(&outcome)) {
    const core::PasswordState& state = granted->grant.password;
    response.seconds_before_expiration = state.seconds_left;
    response.grace_logins_left = state.grace_left;
    if (state.must_change) response.error = PolicyError::changeAfterReset;
  }
  return response;
}

}  // namespace

PasswordVerdict verdict_of(const core::PasswordRefused& refused, bool reveal) {
  switch (refused.why) {
    case Why::wrong_old:
      return {ResultCode::invalidCredentials, refused.message,
              reveal && locks(refused.reason) ? std::optional(PolicyError::accountLocked)
                                              : std::nullopt,
              refused.delay};
    case Why::must_supply_old:
      return {ResultCode::insufficientAccessRights, refused.message,
              PolicyError::mustSupplyOldPassword};
    case Why::quality:
      return {ResultCode::constraintViolation, refused.message, error_of(refused.fault)};
    case Why::not_allowed:
      break;
  }
  return {ResultCode::insufficientAccessRights, refused.message,
          PolicyError::passwordModNotAllowed};
}

void append_policy_error(Octets& controls, PolicyError error) {
  ldap::PolicyResponse response;
  response.error = error;
  ldap::append_policy_response(controls, response);
}

bool speaks_of_password(const core::LoginOutcome& outcome) noexcept {
  if (const auto* denied = std::get_if<core::Denied>(&outcome)) {
    return denied->reason == core::Reason::password_expired;
  }
  const auto* granted = std::get_if<core::Granted>(&outcome);
  if (granted == nullptr) return false;
  const core::PasswordState& state = granted->grant.password;
  return state.must_change || state.seconds_left || state.grace_left;
}

Octets bind_policy_controls(const core::LoginOutcome& outcome, const core::LdapProvider* provider,
                            bool asked) {
  Octets controls;
  const bool reveal = provider != nullptr && provider->reveal_lock;
  const ldap::PolicyResponse response = response_of(outcome, reveal);
  if (asked) ldap::append_policy_response(controls, response);
  if (provider == nullptr || !provider->netscape_controls) return controls;
  if (response.error == PolicyError::passwordExpired ||
      response.error == PolicyError::changeAfterReset || response.grace_logins_left) {
    ldap::append_password_expired(controls);
  } else if (response.seconds_before_expiration) {
    ldap::append_password_expiring(controls, *response.seconds_before_expiration);
  }
  return controls;
}

}  // namespace postern::outpost
