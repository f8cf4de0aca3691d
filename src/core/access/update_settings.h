#pragma once
// attributes.postern of an LDAP provider, the part about updates and password changes:
//   writes: off | self | on        self_write: [attribute, ...]
//   password_without_old, must_change_after_reset, reveal_lock, netscape_controls: true | false
// Thread: pure.

#include <boost/json/value.hpp>

#include <string_view>

#include "core/access/catalog.h"

namespace postern::core {

// False: the key is none of these, or the value does not fit it.
bool read_update_setting(std::string_view key, const boost::json::value& value,
                         LdapProvider& provider);

}  // namespace postern::core
