// LINK: postern_http postern_core Boost::json
// Query strings, cookies, paths to return to, and JSON bodies of requests: refused or read, and
// what was percent-encoded comes back.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/html_text.h"
#include "http/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto query = Query::parse(text)) {
    for (const auto& [name, value] : query->items()) {
      if (query->find(name) == nullptr || query->all(name).empty()) std::abort();
      if (percent_decode(percent_encode(value), false) != value) std::abort();
    }
  }
  const std::string_view found = cookie(text, "authentik_session");
  if (!found.empty() &&
      (found.data() < text.data() || found.data() + found.size() > text.data() + text.size())) {
    std::abort();
  }
  const bool local = is_local_path(text);
  if (local &&
      (text.empty() || text.front() != '/' || text.starts_with("//") || text.starts_with("/\\"))) {
    std::abort();
  }
  if (postern::core::html_escape(text).find('<') != std::string::npos) std::abort();
  return 0;
}
