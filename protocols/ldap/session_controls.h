#pragma once
// Controls about who is at the other end: the authorization identity of a bind (RFC 3829; its
// request carries no value) and session tracking (draft-wahl-ldap-session-03), by which an
// application names the session on whose behalf it asks. Views point into the request. Any thread.

#include <string_view>

#include "protocols/ldap/control_value.h"

namespace postern::ldap {

// `authz_id` is "dn:...", "u:..." or empty for anonymous. Only with a successful bind.
void append_authorization_identity(Octets& controls, std::string_view authz_id);

struct SessionTracking {
  std::string_view source_ip;    // text of an address, at most 128 octets
  std::string_view source_name;  // of the host, at most 64 KiB, as the next but one
  std::string_view format;       // OID that says what the identifier is, at most 1 KiB
  std::string_view identifier;
};
Result<SessionTracking> decode_session_tracking(ControlValue value);

}  // namespace postern::ldap
