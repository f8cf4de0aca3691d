#include "http/api/paging.h"

#include <algorithm>
#include <charconv>

namespace postern::http {
namespace {

constexpr std::int64_t kDefaultSize = 20, kMaxSize = 100;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// The settings of the installation, of which there is one row or none.
std::int64_t setting(const Context& context, std::string_view name, std::int64_t fallback) {
  core::ListQuery query;
  query.limit = 1;
  const auto rows =
      context.services.store.list(*core::find_model("authentik_tenants.tenant"), query);
  if (rows.empty()) return fallback;
  const auto* value = rows.front().if_contains(name);
  return value != nullptr && value->is_int64() && value->get_int64() > 0 ? value->get_int64()
                                                                         : fallback;
}

}  // namespace

std::variant<Page, Response> page_asked(const Context& context) {
  Page page;
  const std::int64_t most = setting(context, "pagination_max_page_size", kMaxSize);
  page.size = std::min(setting(context, "pagination_default_page_size", kDefaultSize), most);
  if (const std::string* text = context.query.find("page_size")) {
    const auto size = number(*text);
    if (size && *size > 0) page.size = std::min(*size, most);
  }
  if (const std::string* text = context.query.find("page")) {
    const auto asked = number(*text);
    if (!asked || *asked < 1 || *asked > (std::int64_t{1} << 40)) {
      return detail(404, "Invalid page.");
    }
    page.number = *asked;
  }
  return page;
}

Response page_of(const Page& page, std::int64_t count, boost::json::array results) {
  const std::int64_t pages = std::max<std::int64_t>(1, (count + page.size - 1) / page.size);
  if (page.number > pages) return detail(404, "Invalid page.");
  const std::int64_t first = (page.number - 1) * page.size;
  core::Object pagination{{"next", page.number < pages ? page.number + 1 : 0},
                          {"previous", page.number - 1},
                          {"count", count},
                          {"current", page.number},
                          {"total_pages", pages},
                          {"start_index", count == 0 ? 0 : first + 1},
                          {"end_index", std::min(first + page.size, count)}};
  return json_response(200, core::Object{{"pagination", std::move(pagination)},
                                         {"results", std::move(results)},
                                         {"autocomplete", core::Object{}}});
}

Response page_from(const Context& context, const boost::json::array& all) {
  const auto asked = page_asked(context);
  if (const auto* refusal = std::get_if<Response>(&asked)) return *refusal;
  const Page page = std::get<Page>(asked);
  boost::json::array results;
  for (std::size_t i = page.offset(); i < all.size(); ++i) {
    if (results.size() == static_cast<std::size_t>(page.size)) break;
    results.push_back(all[i]);
  }
  return page_of(page, static_cast<std::int64_t>(all.size()), std::move(results));
}

}  // namespace postern::http
