#include "http/set_cookie.h"

#include <algorithm>
#include <string>

namespace postern::http {

Header set_cookie(const Request& request, std::string_view name, std::string_view value,
                  std::int64_t lifetime_ms, Readers readers) {
  std::string text = std::string(name) + "=" + std::string(value) + "; Path=/; SameSite=Lax";
  if (request.secure) text += "; Secure";
  if (lifetime_ms != 0) {
    text += "; Max-Age=" + std::to_string(std::max<std::int64_t>(lifetime_ms, 0) / 1000);
  }
  if (readers == Readers::server) text += "; HttpOnly";
  return {"Set-Cookie", std::move(text)};
}

}  // namespace postern::http
