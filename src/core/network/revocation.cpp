#include "core/network/revocation.h"

#include <algorithm>

#include "core/access/access_check.h"

namespace postern::core {
namespace {

bool still_there(const LoginRecord& record, std::uint64_t credential, WallMs now) noexcept {
  const auto is_it = [&](const LoginRecord::Token& token) {
    return credential_mark(token.pk) == credential && (token.expires == 0 || token.expires > now);
  };
  return std::any_of(record.tokens.begin(), record.tokens.end(), is_it) ||
         std::any_of(record.network_passwords.begin(), record.network_passwords.end(), is_it);
}

}  // namespace

std::string_view revoked_because(const NetworkSession& session, const LoginRecord* record,
                                 const Catalog& catalog, WallMs now) noexcept {
  if (record == nullptr) return "user_deleted";
  const Reason user = check_user(*record, now);
  if (user != Reason::none) return reason_text(user);
  const RadiusProvider* provider = catalog.radius_provider(session.provider);
  if (provider == nullptr) return "provider_missing";
  const Reason access = check_application_again(catalog, provider->application.get(), *record);
  if (access != Reason::none) return reason_text(access);
  const LoginTie& login = session.login;
  if (record->sessions_revoked > (login.at != 0 ? login.at : session.started)) {
    return "session_revoked";
  }
  if (login.at == 0 || login.generation == record->generation) return {};
  if (login.account_password && record->password_changed > login.at) return "password_changed";
  if (login.credential != 0 && !still_there(*record, login.credential, now)) {
    return "credential_revoked";
  }
  return {};
}

}  // namespace postern::core
