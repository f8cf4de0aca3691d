#pragma once
// Account notices: what users are told by mail of changes to what they log in with: a password, a
// device, an app password or token, a recovery key that was used (OWASP ASVS 4.0.3, 2.2.3 and
// 2.5.5). Read off the events, so that no change waits for its notice or fails with it; what comes
// from blueprints and imports raises no such events and is not told. Nothing of it is secret.
//
// Thread: any that may block. Errors: StoreError.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/mailer.h"
#include "core/ports/store.h"

namespace postern::core {

struct AccountChange {
  enum class What : std::uint8_t {
    password_changed,  // by its owner
    password_set,      // by somebody else
    device_added,
    device_removed,
    key_made,  // an app password or token, or its key is another one
    recovery_key_used,
  } what = What::password_changed;
  UserId user = 0;
  std::string name;  // of the device or token; "" = none
};

// The actions of events that can be such a change.
const std::vector<std::string>& account_change_actions();

// Nothing: the event is no such change.
std::optional<AccountChange> account_change(Store& store, const Event& event);

// To the user, in the language of its own choice; nothing = it is gone or disabled, or has no
// address.
std::optional<Mail> account_notice(Store& store, const Event& event, const AccountChange& change);

}  // namespace postern::core
