#pragma once
// UpdateServices: what changes over LDAP need beside LdapServices. Owned by the composition;
// outlives every session and Work. Thread-safe.

#include <cstdint>
#include <functional>
#include <mutex>

#include "core/objects/objects.h"
#include "core/password_change.h"
#include "core/ports/event_log.h"
#include "core/ports/store.h"

namespace postern::outpost {

struct UpdateServices {
  core::Store& store;
  const core::ObjectTools& tools;
  core::PasswordChange& passwords;
  core::EventLog& events;
  // Waits a bounded time until the change is searchable; false = not yet.
  std::function<bool(std::int64_t)> wait_visible;
  // Held from the beginning of an update to its end, the reading of the entry included: what a
  // client reads with a change is what that change has made (RFC 4527).
  std::mutex turn{};
};

}  // namespace postern::outpost
