#pragma once
// What an answer says about a password: the response control of password policy
// (draft-behera-ldap-password-policy-10 and -11, 6.2) and Netscape's two older ones
// (draft-vchu-ldap-pwd-policy); and Sun's account usability, in entries. The policy request control
// carries no value (decode_no_value); Netscape's come unasked. Any thread.

#include <cstdint>
#include <optional>

#include "protocols/ldap/control_value.h"

namespace postern::ldap {

enum class PolicyError : std::uint8_t {
  passwordExpired = 0,
  accountLocked = 1,
  changeAfterReset = 2,
  passwordModNotAllowed = 3,
  mustSupplyOldPassword = 4,
  insufficientPasswordQuality = 5,
  passwordTooShort = 6,
  passwordTooYoung = 7,
  passwordInHistory = 8,
  passwordTooLong = 9,  // since -11
};

struct PolicyResponse {
  // At most one of the two warnings; the time goes first.
  std::optional<std::uint32_t> seconds_before_expiration;
  std::optional<std::uint32_t> grace_logins_left;
  std::optional<PolicyError> error;
};
void append_policy_response(Octets& controls, const PolicyResponse& response);

// Sun's account usability: what stands beside an entry of who asks for it.
struct AccountUsability {
  bool inactive = false, reset = false, expired = false;
  std::optional<std::uint32_t> seconds_before_unlock;
  std::int64_t seconds_before_expiration = -1;  // of a usable one; -1 = it does not expire
};
void append_account_usability(Octets& controls, const AccountUsability& usability);

void append_password_expired(Octets& controls);
void append_password_expiring(Octets& controls, std::uint32_t seconds);

}  // namespace postern::ldap
