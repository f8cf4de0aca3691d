#pragma once
// Password policy on the wire: which result code and which policy error a decision about a password
// is, and what an answer to a bind says of the password. The policy control is sent only to who
// asked for it; Netscape's two come unasked unless the provider forbids them.
// Pure functions. Source: behera-10 6.2, 8.1, 8.2 (-11: 9); vchu-pwd-policy.

#include <chrono>
#include <optional>
#include <string>

#include "core/access/catalog.h"
#include "core/login.h"
#include "core/password_change.h"
#include "protocols/ldap/controls.h"
#include "protocols/ldap/result_code.h"
#include "protocols/session.h"

namespace postern::outpost {

struct PasswordVerdict {
  ldap::ResultCode code = ldap::ResultCode::unwillingToPerform;
  std::string text;
  std::optional<ldap::PolicyError> error = {};
  std::chrono::milliseconds delay{0};  // the answer comes no sooner than this
};
// `reveal`: the client may hear that an account is locked.
PasswordVerdict verdict_of(const core::PasswordRefused& refused, bool reveal);

// The response control with an error alone.
void append_policy_error(Octets& controls, ldap::PolicyError error);

// Whether there is anything to tell, asked or not.
bool speaks_of_password(const core::LoginOutcome& outcome) noexcept;
// The controls of a BindResponse. `asked`: the request carried the policy control.
Octets bind_policy_controls(const core::LoginOutcome& outcome, const core::LdapProvider* provider,
                            bool asked);

}  // namespace postern::outpost
