#pragma once
// Base64 (RFC 4648 section 4) as administrators write binary values into JSON: padding may be
// missing, white space is skipped, anything else makes it no base64. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace postern::directory {

std::optional<std::string> decode_base64(std::string_view text);

}  // namespace postern::directory
