#pragma once
// LDAP responses: octets -> values, for clients: commands, the load generator, tests. The envelope
// comes from decode_response_envelope(); views point into the PDU. Source: RFC 4511 section 4.

#include <optional>
#include <string_view>
#include <vector>

#include "protocols/ldap/message.h"
#include "protocols/result.h"

namespace postern::ldap {

struct Response {  // any response that carries an LDAPResult
  Answer answer;
  std::optional<std::string_view> sasl_credentials;  // bind
  std::optional<std::string_view> name, value;       // extended
};

struct EntryAttribute {
  std::string_view type;
  std::vector<std::string_view> values;
};

struct Entry {
  std::string_view dn;
  std::vector<EntryAttribute> attributes;
};

Result<Response> decode_response(Op op, OctetPiece body);
Result<Entry> decode_entry(OctetPiece body);

}  // namespace postern::ldap
