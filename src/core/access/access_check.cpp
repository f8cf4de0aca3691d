#include "core/access/access_check.h"

#include <algorithm>

namespace postern::core {

Reason check_user(const LoginRecord& record, WallMs now) noexcept {
  if (record.pk == 0 || !record.is_active) return Reason::user_inactive;
  if (record.not_before != 0 && now < record.not_before) return Reason::user_not_valid_yet;
  if (record.not_after != 0 && now >= record.not_after) return Reason::user_expired;
  return Reason::none;
}

Reason check_application(const Catalog& catalog, const Application* application,
                         const LoginRecord& record) noexcept {
  if (application == nullptr) return Reason::application_missing;
  const bool admitted = admits(catalog, application, record.pk, [&record](GroupNumber group) {
    return std::binary_search(record.groups.begin(), record.groups.end(), group);
  });
  return admitted ? Reason::none : Reason::access_denied;
}

Reason check_application(const Catalog& catalog, const Application* application,
                         const Subject& subject) {
  if (application == nullptr) return Reason::application_missing;
  const bool admitted = has_enabled(application->bindings)
                            ? evaluate(application->bindings, subject) == Verdict::pass
                            : catalog.default_app_access;
  return admitted ? Reason::none : Reason::access_denied;
}

Reason check_application_again(const Catalog& catalog, const Application* application,
                               const LoginRecord& record) noexcept {
  if (application == nullptr || application->bindings.all_static) {
    return check_application(catalog, application, record);
  }
  Subject subject = subject_of(record);
  subject.dynamic_as_granted = true;
  return check_application(catalog, application, subject);
}

bool may_search_all(const LdapProvider& provider, const LoginRecord& record) noexcept {
  return record.is_superuser || record.search_full_directory ||
         std::binary_search(provider.search_full.begin(), provider.search_full.end(), record.pk) ||
         std::any_of(provider.search_full_groups.begin(), provider.search_full_groups.end(),
                     [&record](GroupNumber group) {
                       return std::binary_search(record.groups.begin(), record.groups.end(), group);
                     });
}

SearchRight search_right(const LdapProvider& provider, const LoginRecord& record) {
  return may_search_all(provider, record) ? SearchRight::of(Sees::everything)
                                          : provider.search.of_user(record);
}

}  // namespace postern::core
