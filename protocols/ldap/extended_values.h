#pragma once
// Values of extended operations: Password Modify (RFC 3062), Cancel (RFC 3909). Who am I (RFC 4532)
// has no request value; its response value is an authzId as it stands (authz_id.h).
//
// An error is protocolError in the ExtendedResponse. Views point into the PDU; passwords among them
// are wiped with its buffer. Any thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/ber/writer.h"
#include "protocols/result.h"

namespace postern::ldap {

using ber::Octets;

struct PasswordModify {
  std::optional<std::string_view> user_identity;  // a DN or another name; absent = the bound user
  std::optional<std::string_view> old_password;
  std::optional<std::string_view> new_password;  // absent = the server makes one
};
// An absent request value means all fields absent; a value present must hold a field (3062 2.1).
Result<PasswordModify> decode_password_modify(std::optional<std::string_view> value);
// Appends the response value that tells a generated password. Nothing else has a response value.
void append_generated_password(Octets& value, std::string_view password);

// The message id of the operation to cancel. The value must be there.
Result<std::int32_t> decode_cancel(std::optional<std::string_view> value);

}  // namespace postern::ldap
