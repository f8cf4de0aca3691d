#pragma once
// The one-time setup link: while akadmin has no usable password, each start of the server makes a
// new one, and the one before is void. "" = set up already, or there is nothing to set up.
// Errors: core::StoreError. Thread: main's.

#include <string>

#include "app/appliance.h"

namespace postern::app {

std::string offer_setup(Appliance& appliance);

}  // namespace postern::app
