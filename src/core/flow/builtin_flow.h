#pragma once
// The flow of a service that names none: identification by username, password and app password, a
// code if the user owns a device, login. Thread: made once, immutable.

#include <memory>

#include "core/access/catalog.h"

namespace postern::core {

const std::shared_ptr<const Flow>& builtin_login_flow();

}  // namespace postern::core
