#pragma once
// Revocation: why a live network session must not go on, judged by what is true of its user now:
// gone, not active, outside of his times, not let in by the application any more; by whether his
// sessions were revoked since it began; and of the credentials that opened it: a password that was
// changed since, an app password that was deleted or has expired. Other changes that move the
// generation (a further device, another app password) leave the session alone. Thread: pure.
// Source: design.md 7 (Grants live with the user).

#include <string_view>

#include "core/access/catalog.h"
#include "core/model/login_record.h"
#include "core/network/session.h"

namespace postern::core {

// A constant word; "" = it may go on. `record` is nullptr when there is no such user.
std::string_view revoked_because(const NetworkSession& session, const LoginRecord* record,
                                 const Catalog& catalog, WallMs now) noexcept;

}  // namespace postern::core
