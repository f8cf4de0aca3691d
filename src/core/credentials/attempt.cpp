#include "core/credentials/attempt.h"

namespace postern::core {

std::string_view auth_method_text(AuthMethod method) noexcept {
  switch (method) {
    case AuthMethod::password:
      return "password";
    case AuthMethod::token:
      return "token";
    case AuthMethod::network_password:
      return "network_password";
    case AuthMethod::certificate:
      return "certificate";
    case AuthMethod::local_socket:
      return "local_socket";
    case AuthMethod::resumed_session:
      return "resumed_session";
    case AuthMethod::webauthn:
      return "auth_webauthn_pwl";
    case AuthMethod::none:
      break;
  }
  return "none";
}

void forget(LoginRecord& record) noexcept {
  record.pk = 0;
  record.username.clear();
  record.uuid.clear();
  record.type.clear();
  record.password_hash.clear();
  record.generation = 0;
  record.is_active = record.is_superuser = record.search_full_directory = false;
  record.password_must_change = false;
  record.not_before = record.not_after = record.password_changed = record.sessions_revoked = 0;
  record.groups.clear();
  record.tokens.clear();
  record.scopes.clear();
  record.network_passwords.clear();
  record.totp.clear();
  record.static_codes.clear();
  record.has_static_device = false;
  record.other_devices = 0;
  record.language = Language::unset;
}

}  // namespace postern::core
