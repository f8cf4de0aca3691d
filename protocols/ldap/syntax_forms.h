#pragma once
// Canonical texts of values whose syntax is no free string: numbers, times, UUIDs, bit strings.
// Each replaces `out` and returns false when the value does not fit its syntax. Internal to
// protocols/ldap; matching.h is the interface. Source: RFC 4517 section 3.3, RFC 4530 2.1.

#include <string>
#include <string_view>

namespace postern::ldap {

bool canonical_integer(std::string_view value, std::string& out);
bool canonical_boolean(std::string_view value, std::string& out);
bool canonical_bit_string(std::string_view value, std::string& out);
bool canonical_uuid(std::string_view value, std::string& out);
// YYYYMMDDHHMMSS in UTC and, if not zero, '.' and the fraction without trailing zeros: octet order
// is order in time.
bool canonical_time(std::string_view value, std::string& out);

// < 0, 0, > 0 on canonical integers of any length.
int compare_integers(std::string_view a, std::string_view b) noexcept;

}  // namespace postern::ldap
