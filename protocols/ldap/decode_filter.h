#pragma once
// Reads one Filter element from a reader into flat storage (appended; the caller clears). Depth and
// node count are bounded before storage grows. Internal to protocols/ldap. Source: RFC
// 4511 4.5.1.7.

#include "protocols/ber/reader.h"
#include "protocols/ldap/filter.h"

namespace postern::ldap {

// false: the reader holds the error, `out` is unusable.
bool read_filter(ber::Reader& reader, Filter& out);
// A ValuesReturnFilter (RFC 3876): SEQUENCE OF SimpleFilterItem, not empty, as a disjunction.
bool read_simple_filters(ber::Reader& reader, Filter& out);

}  // namespace postern::ldap
