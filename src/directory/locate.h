#pragma once
// Locate: the answer to Tree::locate(). `dn` in normal form. Thread: the lease's.

#include <string_view>

#include "directory/reader.h"
#include "protocols/ldap/locate.h"

namespace postern::directory {

ldap::Located locate(Lease& lease, const View& view, std::string_view dn);

}  // namespace postern::directory
