#pragma once
// Whether a user may use a service now: there, active, within its times, and let in by the bindings
// of the provider's application. A provider without an application lets nobody in. Thread: pure.
// Source: design.md 7 (Policies, Grants live with the user).

#include "core/access/catalog.h"
#include "core/login.h"
#include "core/model/login_record.h"
#include "core/time.h"

namespace postern::core {

// none, user_inactive, user_not_valid_yet or user_expired.
Reason check_user(const LoginRecord& record, WallMs now) noexcept;

// none, application_missing or access_denied.
Reason check_application(const Catalog& catalog, const Application* application,
                         const LoginRecord& record) noexcept;

// The superuser, a holder of the global permission or of a grant on this provider.
bool may_search_all(const LdapProvider& provider, const LoginRecord& record) noexcept;

}  // namespace postern::core
