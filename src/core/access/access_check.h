#pragma once
// Whether a user may use a service now: there, active, within its times, and let in by the bindings
// of the provider's application. A provider without an application lets nobody in. Thread: pure.
// Source: design.md 7 (Policies, Grants live with the user).

#include "core/access/catalog.h"
#include "core/access/policy_engine.h"
#include "core/login.h"
#include "core/model/login_record.h"
#include "core/time.h"

namespace postern::core {

// none, user_inactive, user_not_valid_yet or user_expired.
Reason check_user(const LoginRecord& record, WallMs now) noexcept;

// Whether the bindings of an application let somebody through; `in_group(number) -> bool`.
template <typename InGroup>
bool admits(const Catalog& catalog, const Application* application, UserId user,
            const InGroup& in_group) {
  if (application == nullptr) return false;
  if (!has_enabled(application->bindings)) return catalog.default_app_access;
  return evaluate(application->bindings, user, in_group) == Verdict::pass;
}

// none, application_missing or access_denied. Dynamic policies are asked where the subject brings
// a judge; without one they let nobody through.
Reason check_application(const Catalog& catalog, const Application* application,
                         const Subject& subject);
Reason check_application(const Catalog& catalog, const Application* application,
                         const LoginRecord& record) noexcept;
// The same for somebody who was let in before and stays for as long as static bindings allow: what
// dynamic policies said then holds for the life of the grant.
Reason check_application_again(const Catalog& catalog, const Application* application,
                               const LoginRecord& record) noexcept;

// The superuser, a holder of the global permission or of a grant on this provider.
bool may_search_all(const LdapProvider& provider, const LoginRecord& record) noexcept;
// What they see: who may search all, everything; others, what the provider's search rules say.
SearchRight search_right(const LdapProvider& provider, const LoginRecord& record);

}  // namespace postern::core
