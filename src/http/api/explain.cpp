// postern/explain/: why the last attempts to log in ended as they did. Ours, not authentik's.

#include <charconv>

#include "core/model/time_text.h"
#include "http/api/routes.h"

namespace postern::http {
namespace {

constexpr std::size_t kMost = 100;

std::string_view asked(const Context& context, std::string_view name) {
  const std::string* text = context.query.find(name);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

Response explain(Context& context) {
  core::Explanations::Filter filter;
  filter.user = asked(context, "user");
  filter.service = asked(context, "service");
  filter.client = asked(context, "client");
  filter.request = asked(context, "request");
  filter.refused_only = asked(context, "refused") == "true";
  if (const std::string_view limit = asked(context, "limit"); !limit.empty()) {
    const auto read = std::from_chars(limit.data(), limit.data() + limit.size(), filter.limit);
    if (read.ec != std::errc{} || filter.limit == 0 || filter.limit > kMost) {
      return field_error("limit", "A number from 1 to 100 is required.");
    }
  }
  boost::json::array out;
  for (const core::Explanation& one : context.services.explanations.find(filter)) {
    boost::json::array steps;
    for (const std::string& step : one.steps) steps.emplace_back(step);
    out.push_back(core::Object{{"time", core::time_text(one.when)},
                               {"user", one.username},
                               {"client", one.client},
                               {"protocol", one.protocol},
                               {"service", one.service},
                               {"request_id", one.request_id},
                               {"granted", one.granted},
                               {"reason", one.reason},
                               {"steps", std::move(steps)},
                               {"setting", one.setting}});
  }
  return json_response(200, core::Object{{"results", std::move(out)}});
}

}  // namespace

void add_explain(Router& router) {
  router.add("GET", "/api/v3/postern/explain/", Door::superuser, &explain);
}

}  // namespace postern::http
