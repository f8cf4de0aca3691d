#pragma once
// Request controls: one table of what each control is, which operations it fits and how its value
// is read. The root DSE's supportedControl is made from the same table.
//
// A critical control that is unknown or does not fit forbids the operation (12); one that is not
// critical is as if it were absent. A control given twice, or one with a value that cannot be read,
// is a protocolError. Those of an Unbind are not looked at. A new control is a field of
// RequestControls and a row of the table.
//
// Views point into the request. No allocation for a request without controls. Any thread.
// Sources: RFC 4511 4.1.11, 4512 5.1.3; reference rows L27 to L45.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outpost/ldap/search_controls.h"
#include "outpost/ldap/update_controls.h"
#include "protocols/ldap/message.h"
#include "protocols/ldap/session_controls.h"

namespace postern::outpost {

// What the controls of one request ask for. Without any: all as it is here.
struct RequestControls {
  // We hold no referrals and follow none: these two change nothing (RFC 3296, domain scope).
  bool manage_dsa_it = false;
  bool domain_scope = false;
  // Subentries alone (true) or ordinary entries alone (false); absent: ordinary ones, and a
  // subentry when it is the base (RFC 3672).
  std::optional<bool> subentries;
  bool authorization_identity = false;                    // of the bind, RFC 3829
  std::optional<ldap::SessionTracking> session_tracking;  // for whom an application asks
  // Of a search: pages, order, windows, values, dereferencing, persistence.
  std::optional<SearchControls> search;
  std::optional<UpdateControls> update;
  bool password_policy = false;  // what the policy says may go with the answer
};

struct ControlsVerdict {
  ldap::ResultCode code = ldap::ResultCode::success;
  std::string_view text;  // for the client
};

// Reads the controls of a request into `out`, which is reset first.
ControlsVerdict read_controls(const ldap::Envelope& envelope, RequestControls& out);

// OIDs of all rows.
std::vector<std::string> supported_controls();

}  // namespace postern::outpost
