#pragma once
// Controls that carry a filter or name attributes to return: assertion (RFC 4528), pre-read and
// post-read (RFC 4527), matched values (RFC 3876), dereferencing (draft-masarati-ldap-deref),
// subentries (RFC 3672).
//
// decode_* read a control value; an error is protocolError in the answer. append_* append to a run
// of controls, or of elements where that is said. Views point into the request. Any thread.

#include <cstddef>
#include <string_view>
#include <vector>

#include "protocols/ldap/control_value.h"
#include "protocols/ldap/filter.h"

namespace postern::ldap {

// The filter that the target entry must match. On error `out` is unusable.
Result<Done> decode_assertion(ControlValue value, Filter& out);

// The attributes to read before or after an update, as in a search request: may be empty (all user
// attributes), at most kMaxRequestedAttributes.
Result<std::vector<std::string_view>> decode_read_request(ControlValue value);
// `oid` is kPreRead or kPostRead; `attributes` a run of PartialAttribute elements (encode.h).
void append_read_response(Octets& controls, std::string_view oid, std::string_view dn,
                          OctetPiece attributes);

// A value is returned if it matches any item. The root of `out` is a disjunction whose children are
// the items: equality, substrings, >=, <=, present, approximate, extensible without :dn. At least
// one.
Result<Done> decode_matched_values(ControlValue value, Filter& out);

struct DerefSpec {
  std::string_view attribute;                // DN-valued attribute whose values are followed
  std::vector<std::string_view> attributes;  // to return of the entries found, at least one
};
inline constexpr std::size_t kMaxDerefSpecs = 16;
inline constexpr std::size_t kMaxDerefAttributes = 256;  // over all specs
// At least one; no attribute twice.
Result<std::vector<DerefSpec>> decode_deref_request(ControlValue value);
// One DerefRes appended to `results`: `dn` is the value that was followed, `attributes` a run of
// PartialAttribute elements, left out when empty.
void append_deref_result(Octets& results, std::string_view attribute, std::string_view dn,
                         OctetPiece attributes);
void append_deref_response(Octets& controls, OctetPiece results);

// TRUE: subentries and nothing else are visible; FALSE: only what is no subentry.
Result<bool> decode_subentries(ControlValue value);

}  // namespace postern::ldap
