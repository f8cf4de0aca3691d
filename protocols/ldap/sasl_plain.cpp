#include "protocols/ldap/sasl_plain.h"

#include "protocols/ldap/string_prep.h"

namespace postern::ldap {

Result<PlainMessage> decode_plain(std::string_view message) {
  const std::size_t first = message.find('\0');
  if (first == std::string_view::npos) return DecodeError{"field missing", 0};
  const std::size_t second = message.find('\0', first + 1);
  if (second == std::string_view::npos) return DecodeError{"field missing", first};
  PlainMessage out;
  out.authorization_id = message.substr(0, first);
  out.authentication_id = message.substr(first + 1, second - first - 1);
  out.password = message.substr(second + 1);
  if (out.password.find('\0') != std::string_view::npos)
    return DecodeError{"NUL inside a field", second};
  if (out.authentication_id.empty() || out.password.empty())
    return DecodeError{"field empty", first};
  for (const std::string_view field : {out.authorization_id, out.authentication_id, out.password}) {
    if (field.size() > kMaxPlainField) return DecodeError{"field too long", 0};
    if (!is_utf8(field)) return DecodeError{"field is no UTF-8", 0};
  }
  return out;
}

}  // namespace postern::ldap
