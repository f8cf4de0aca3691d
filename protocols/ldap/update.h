#pragma once
// Update requests: octets -> values. An error is protocolError in the operation's own response.
// Whether an update makes sense (schema, duplicates, rights) is for others to say; here only what
// the grammar fixes: an attribute that is added has at least one value, an increment exactly one
// (RFC 4525 2). Views point into the PDU, which needs one spare readable octet behind it. Any
// thread. Source: RFC 4511 4.6 to 4.9.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/ldap/extended_values.h"  // IWYU pragma: export
#include "protocols/ldap/filter.h"
#include "protocols/result.h"

namespace postern::ldap {

inline constexpr std::size_t kMaxUpdateAttributes = 10'000;  // of an Add, or changes of a Modify
inline constexpr std::size_t kMaxUpdateValues = 200'000;     // over all attributes

struct AttributeValues {
  std::string_view type;  // description as sent
  std::vector<std::string_view> values;
};

struct AddRequest {
  std::string_view dn;
  std::vector<AttributeValues> attributes;
};

struct Modification {
  enum class Kind : std::uint8_t { add = 0, remove = 1, replace = 2, increment = 3 };
  Kind kind{};
  AttributeValues attribute;
};

struct ModifyRequest {
  std::string_view dn;
  std::vector<Modification> changes;  // in order
};

struct ModifyDnRequest {
  std::string_view dn;
  std::string_view new_rdn;
  bool delete_old_rdn = false;
  std::optional<std::string_view> new_superior;
};

Result<AddRequest> decode_add(OctetPiece body);
Result<ModifyRequest> decode_modify(OctetPiece body);
Result<ModifyDnRequest> decode_modify_dn(OctetPiece body);
Result<std::string_view> decode_delete(OctetPiece body);  // the DN

}  // namespace postern::ldap
