#pragma once
// All control codecs. Each control is a struct, decode_*() for the value of a request and
// append_*() for a response; controls without a value use decode_no_value(): ManageDsaIT, password
// policy and authorization identity requests, permissive modify, domain scope, OTP required.

#include "protocols/ldap/control_value.h"        // IWYU pragma: export
#include "protocols/ldap/oids.h"                 // IWYU pragma: export
#include "protocols/ldap/password_controls.h"    // IWYU pragma: export
#include "protocols/ldap/read_controls.h"        // IWYU pragma: export
#include "protocols/ldap/result_set_controls.h"  // IWYU pragma: export
#include "protocols/ldap/session_controls.h"     // IWYU pragma: export
#include "protocols/ldap/watch_controls.h"       // IWYU pragma: export
