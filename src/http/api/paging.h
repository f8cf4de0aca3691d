#pragma once
// Pages: the query parameters page, page_size, and the envelope around the results. Thread: pure.
// Source: reference, HTTP 1.1.

#include <boost/json/array.hpp>

#include <cstdint>
#include <optional>
#include <variant>

#include "http/context.h"

namespace postern::http {

struct Page {
  std::int64_t number = 1, size = 20;
  std::size_t offset() const noexcept { return static_cast<std::size_t>((number - 1) * size); }
};

// Which page is asked for; a Response when that is no number.
std::variant<Page, Response> page_asked(const Context& context);
// 404 "Invalid page." past the end.
Response page_of(const Page& page, std::int64_t count, boost::json::array results);
// The same of a list that is at hand as a whole.
Response page_from(const Context& context, const boost::json::array& all);

}  // namespace postern::http
