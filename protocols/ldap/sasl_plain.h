#pragma once
// The one message of SASL PLAIN: [authzid] NUL authcid NUL passwd, all UTF-8, no NUL inside,
// neither authcid nor passwd empty. Views point into the message; the password is wiped with its
// buffer. Preparation of name and password (RFC 4013) is left to who compares them. Any thread.
// Source: RFC 4616 section 2.

#include <cstddef>
#include <string_view>

#include "protocols/result.h"

namespace postern::ldap {

// The text asks for 255 at least; a name may also be a DN.
inline constexpr std::size_t kMaxPlainField = 8 * 1024;

struct PlainMessage {
  std::string_view authorization_id;  // whom to act as (authz_id.h); empty = the authenticated one
  std::string_view authentication_id;
  std::string_view password;
};
Result<PlainMessage> decode_plain(std::string_view message);

}  // namespace postern::ldap
