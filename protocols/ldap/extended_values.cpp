#include "protocols/ldap/extended_values.h"

#include "protocols/ber/reader.h"

namespace postern::ldap {
namespace {

using ber::Reader;

std::optional<std::string_view>* field_of(PasswordModify& out, ber::Tag tag) {
  if (tag == ber::context(0)) return &out.user_identity;
  if (tag == ber::context(1)) return &out.old_password;
  if (tag == ber::context(2)) return &out.new_password;
  return nullptr;
}

// Fields come in order. One out of order must not pass for an unknown extension: the old password
// would go unchecked.
bool read_password_fields(Reader& fields, PasswordModify& out) {
  ber::Tag last = 0;
  while (!fields.at_end()) {
    const ber::Tag tag = fields.peek();
    std::optional<std::string_view>* field = field_of(out, tag);
    if (field == nullptr) {
      if (!fields.skip()) return false;
      continue;
    }
    std::string_view value;
    if (tag <= last) return fields.fail("field out of order");
    if (!fields.string(value, tag)) return false;
    *field = value;
    last = tag;
  }
  return last != 0 || fields.fail("no field");
}

}  // namespace

Result<PasswordModify> decode_password_modify(std::optional<std::string_view> value) {
  PasswordModify request;
  if (!value) return request;
  Reader reader(ber::octets_of(*value));
  Reader fields;
  if (!reader.enter(ber::kSequence, fields)) return reader.error();
  if (!read_password_fields(fields, request)) return fields.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return request;
}

void append_generated_password(Octets& value, std::string_view password) {
  const std::size_t fields = ber::open(value, ber::kSequence);
  ber::append_string(value, password, ber::context(0));
  ber::close(value, fields);
}

Result<std::int32_t> decode_cancel(std::optional<std::string_view> value) {
  if (!value) return DecodeError{"request value missing", 0};
  Reader reader(ber::octets_of(*value));
  Reader fields;
  std::int32_t id = 0;
  if (!reader.enter(ber::kSequence, fields)) return reader.error();
  if (!fields.integer(id) || !fields.skip_rest()) return fields.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  if (id < 0) return DecodeError{"message id out of range", 0};
  return id;
}

}  // namespace postern::ldap
