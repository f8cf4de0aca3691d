#include "protocols/ldap/watch_controls.h"

#include "protocols/ber/reader.h"
#include "protocols/ldap/oids.h"

namespace postern::ldap {

using ber::Reader;

Result<PersistentSearch> decode_persistent_search(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  Reader fields;
  PersistentSearch request;
  std::int32_t types = 0;
  if (!reader.enter(ber::kSequence, fields)) return reader.error();
  if (!fields.integer(types) || !fields.boolean(request.changes_only) ||
      !fields.boolean(request.return_notifications) || !fields.skip_rest())
    return fields.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  if (types < 1 || types > 15) return DecodeError{"unknown change types", 0};
  request.change_types = static_cast<std::uint8_t>(types);
  return request;
}

void append_entry_change(Octets& controls, const EntryChange& change) {
  const OpenControl control = open_control(controls, oid::kEntryChange);
  const std::size_t fields = ber::open(controls, ber::kSequence);
  ber::append_enumerated(controls, static_cast<std::int32_t>(change.type));
  if (change.previous_dn) ber::append_string(controls, *change.previous_dn);
  if (change.change_number) ber::append_integer(controls, *change.change_number);
  ber::close(controls, fields);
  close_control(controls, control);
}

}  // namespace postern::ldap
