#pragma once
// Percent-encoding, query strings and cookies. Decoders are total: what is not well-formed gives
// nothing. Thread: pure functions. Source: RFC 3986 2.1, RFC 6265 5.4, WHATWG URL 5.1.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::http {

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
std::string percent_encode(std::string_view text);

// Name and value in order. At most `limit`; more or bad encoding give nothing.
class Query {
 public:
  static std::optional<Query> parse(std::string_view text, std::size_t limit = 256);

  const std::string* find(std::string_view name) const noexcept;  // the last one of that name
  std::vector<std::string_view> all(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& items() const noexcept { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

// The value of the first cookie of that name; "" = there is none.
std::string_view cookie(std::string_view header, std::string_view name) noexcept;

// Where a page may lead to afterwards: a path on this host and nothing else. Not "//host",
// "/\host", a scheme, a control character.
bool is_local_path(std::string_view text) noexcept;

}  // namespace postern::http
