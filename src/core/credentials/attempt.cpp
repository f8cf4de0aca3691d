#include "core/credentials/attempt.h"

namespace postern::core {

void forget(LoginRecord& record) noexcept {
  record.pk = 0;
  record.username.clear();
  record.uuid.clear();
  record.type.clear();
  record.password_hash.clear();
  record.generation = 0;
  record.is_active = record.is_superuser = record.search_full_directory = false;
  record.password_must_change = false;
  record.not_before = record.not_after = record.password_changed = 0;
  record.groups.clear();
  record.tokens.clear();
  record.scopes.clear();
  record.network_passwords.clear();
  record.totp.clear();
  record.static_codes.clear();
  record.has_static_device = false;
  record.other_devices = 0;
}

}  // namespace postern::core
