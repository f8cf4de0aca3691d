#pragma once
// The folded form of a username: two names that people would take for the same one fold to the same
// text (Unicode case folding over NFKC and insignificant spaces, as RFC 4518 prepares
// caseIgnoreMatch). Octets that are not UTF-8 stay, ASCII letters lowered. Pure; thread-safe.

#include <string>
#include <string_view>

namespace postern::store {

std::string fold(std::string_view text);

}  // namespace postern::store
