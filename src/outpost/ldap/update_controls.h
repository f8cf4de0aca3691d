#pragma once
// UpdateControls: what the controls of one update ask for, and the readers of their values for the
// table in request_controls.cpp. Views point into the request. Source: RFC 4527, 4528; MS-ADTS.

#include <optional>
#include <string_view>
#include <vector>

#include "protocols/ldap/filter.h"
#include "protocols/ldap/message.h"

namespace postern::outpost {

struct UpdateControls {
  std::optional<ldap::Filter> assertion;
  std::optional<std::vector<std::string_view>> pre_read, post_read;  // attributes to return
  bool permissive_modify = false;
};

// False: the value cannot be used.
bool read_assertion(const ldap::Control& control, UpdateControls& out);
bool read_pre_read(const ldap::Control& control, UpdateControls& out);
bool read_post_read(const ldap::Control& control, UpdateControls& out);

}  // namespace postern::outpost
