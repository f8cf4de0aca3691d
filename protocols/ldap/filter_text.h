#pragma once
// Filters as text: RFC 4515 <-> Filter. For commands, logs, configuration and tests; on the wire
// filters are BER. Bounded like a decoded filter (filter.h) and by kMaxFilterText.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocols/ldap/filter.h"
#include "protocols/result.h"

namespace postern::ldap {

inline constexpr std::size_t kMaxFilterText = 64 * 1024;

// A parsed filter with the octets that its views point into. Movable (views stay valid), not
// copyable.
class ParsedFilter {
 public:
  ParsedFilter() = default;
  ParsedFilter(ParsedFilter&&) = default;
  ParsedFilter& operator=(ParsedFilter&&) = default;
  ParsedFilter(const ParsedFilter&) = delete;
  ParsedFilter& operator=(const ParsedFilter&) = delete;

  Filter filter;
  std::vector<char> storage;
};

// "(&(cn=a*)(!(uid=b)))"; outer parentheses may be missing around a single item ("cn=a").
Result<ParsedFilter> parse_filter(std::string_view text);

// Escapes * ( ) \ NUL, control characters and octets that are no UTF-8, so that the text is one
// printable line.
std::string to_text(const Filter& filter);
void append_escaped_assertion(std::string& out, std::string_view value);

}  // namespace postern::ldap
