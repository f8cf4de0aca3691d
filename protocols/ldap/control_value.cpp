#include "protocols/ldap/control_value.h"

namespace postern::ldap {

Result<Done> decode_no_value(ControlValue value) {
  if (value && !value->empty()) return DecodeError{"control takes no value", 0};
  return Done{};
}

OpenControl open_control(Octets& controls, std::string_view oid, bool critical) {
  OpenControl open;
  open.whole = ber::open(controls, ber::kSequence);
  ber::append_string(controls, oid);
  if (critical) ber::append_boolean(controls, true);
  open.value = ber::open(controls, ber::kOctetString);
  return open;
}

void close_control(Octets& controls, OpenControl open) {
  ber::close(controls, open.value);
  ber::close(controls, open.whole);
}

}  // namespace postern::ldap
