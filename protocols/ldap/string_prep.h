#pragma once
// Preparation of character strings for comparing (RFC 4518): map, normalise (NFKC), prohibit, drop
// what is insignificant. Canonical forms rather than the RFC's padded ones: leading and trailing
// spaces are dropped, inner runs become one space, an all-space string becomes empty; two strings
// have equal canonical forms exactly when the RFC calls them equal. ASCII takes a fast path.
//
// `out` is replaced; nothing is allocated when its capacity suffices and the text is ASCII.
// false = not preparable (no UTF-8, prohibited or unassigned character): the assertion is
// Undefined.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/ascii.h"

namespace postern::ldap {

enum class Fold : std::uint8_t { exact, ignore_case };

bool prepare_string(Fold fold, std::string_view text, std::string& out);
// For a piece of a substrings assertion: spaces at an inner edge (where other text may follow or
// precede) are kept as one space, those at an outer edge of the value are dropped.
bool prepare_piece(Fold fold, std::string_view text, bool outer_left, bool outer_right,
                   std::string& out);

bool is_ascii(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;
using postern::ascii_lower;
using postern::ascii_lowered;
using postern::equal_ascii_case;

}  // namespace postern::ldap
