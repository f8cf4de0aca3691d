#pragma once
// One LDIF line: "attribute: value", base64 where the value is not plain text, folded at 76
// columns. Source: RFC 2849. Pure; appends to `out`.

#include <string>
#include <string_view>

namespace postern::app {

void append_ldif(std::string& out, std::string_view attribute, std::string_view value);

}  // namespace postern::app
