#pragma once
// Text as it stands between tags and in quoted attributes of HTML. Thread: pure function.

#include <string>
#include <string_view>

namespace postern::core {

std::string html_escape(std::string_view text);

}  // namespace postern::core
