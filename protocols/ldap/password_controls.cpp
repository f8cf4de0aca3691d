#include "protocols/ldap/password_controls.h"

#include <string>

#include "protocols/ldap/encode.h"
#include "protocols/ldap/oids.h"

namespace postern::ldap {
namespace {

using ber::context;

// The warning is a CHOICE, so its tag is explicit.
void append_warning(Octets& out, unsigned number, std::uint32_t value) {
  const std::size_t warning = ber::open(out, ber::context_constructed(0));
  ber::append_integer(out, value, context(number));
  ber::close(out, warning);
}

}  // namespace

void append_policy_response(Octets& controls, const PolicyResponse& response) {
  const OpenControl control = open_control(controls, oid::kPasswordPolicy);
  const std::size_t fields = ber::open(controls, ber::kSequence);
  if (response.seconds_before_expiration) {
    append_warning(controls, 0, *response.seconds_before_expiration);
  } else if (response.grace_logins_left) {
    append_warning(controls, 1, *response.grace_logins_left);
  }
  if (response.error)
    ber::append_integer(controls, static_cast<std::int32_t>(*response.error), context(1));
  ber::close(controls, fields);
  close_control(controls, control);
}

// CHOICE { is_available [0] INTEGER, is_not_available [1] SEQUENCE { inactive [0], reset [1],
// expired [2] BOOLEAN DEFAULT FALSE, remaining_grace [3], seconds_before_unlock [4] INTEGER
// OPTIONAL } }
void append_account_usability(Octets& controls, const AccountUsability& usability) {
  const OpenControl control = open_control(controls, oid::kAccountUsability);
  const bool usable = !usability.inactive && !usability.reset && !usability.expired &&
                      !usability.seconds_before_unlock;
  if (usable) {
    ber::append_integer(controls, usability.seconds_before_expiration, context(0));
  } else {
    const std::size_t more = ber::open(controls, ber::context_constructed(1));
    if (usability.inactive) ber::append_boolean(controls, true, context(0));
    if (usability.reset) ber::append_boolean(controls, true, context(1));
    if (usability.expired) ber::append_boolean(controls, true, context(2));
    if (usability.seconds_before_unlock) {
      ber::append_integer(controls, *usability.seconds_before_unlock, context(4));
    }
    ber::close(controls, more);
  }
  close_control(controls, control);
}

void append_password_expired(Octets& controls) {
  append_control(controls, oid::kPasswordExpired, false, "0");
}

void append_password_expiring(Octets& controls, std::uint32_t seconds) {
  append_control(controls, oid::kPasswordExpiring, false, std::to_string(seconds));
}

}  // namespace postern::ldap
