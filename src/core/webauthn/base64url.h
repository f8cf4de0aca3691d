#pragma once
// base64url (RFC 4648 5): written without padding, read with or without. Total; strict about what
// is left over at the end. Thread: pure.

#include <optional>
#include <string>
#include <string_view>

namespace postern::core {

std::string to_base64url(std::string_view octets);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace postern::core
