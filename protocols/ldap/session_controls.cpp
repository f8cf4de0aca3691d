#include "protocols/ldap/session_controls.h"

#include "protocols/ber/reader.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/oids.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

using ber::Reader;

bool read_text(Reader& fields, std::size_t most, std::string_view& out) {
  if (!fields.string(out)) return false;
  return (out.size() <= most && is_utf8(out)) || fields.fail("unusable text");
}

bool is_dotted_number(std::string_view text) {
  return text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

void append_authorization_identity(Octets& controls, std::string_view authz_id) {
  append_control(controls, oid::kAuthorizationIdentityResponse, false, authz_id);
}

Result<SessionTracking> decode_session_tracking(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  Reader fields;
  SessionTracking session;
  if (!reader.enter(ber::kSequence, fields)) return reader.error();
  if (!read_text(fields, 128, session.source_ip) ||
      !read_text(fields, 65536, session.source_name) || !read_text(fields, 1024, session.format) ||
      !read_text(fields, 65536, session.identifier) || !fields.skip_rest())
    return fields.error();
  if (!is_dotted_number(session.format)) return DecodeError{"format is no OID", 0};
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return session;
}

}  // namespace postern::ldap
