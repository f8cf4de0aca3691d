// events/events: the audit trail. Rows are numbered; the API wants UUIDs, so the number is written
// as the end of one.

#include <array>
#include <charconv>
#include <cstdio>
#include <map>

#include "core/model/time_text.h"
#include "http/api/listing.h"
#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;
using Op = ApiFilter::Op;

constexpr std::string_view kUuidStart = "00000000-0000-4000-8000-";
constexpr std::int64_t kYear = 365LL * 24 * 3600 * 1000;

Value show_pk(Showing&, const Object& event) {
  std::array<char, 20> digits{};
  std::snprintf(digits.data(), digits.size(), "%012llx",
                static_cast<unsigned long long>(event.at("pk").as_int64()));
  return Value(std::string(kUuidStart) + digits.data());
}

Value show_who(Showing&, const Object& event) {
  if (event.at("user_pk") == 0 && event.at("username") == "") {
    return Object{{"username", "AnonymousUser"}, {"email", ""}, {"pk", 0}};
  }
  return Object{{"pk", event.at("user_pk")}, {"username", event.at("username")}, {"email", ""}};
}

Value show_address(Showing&, const Object& event) {
  return event.at("client_ip") == "" ? Value(nullptr) : event.at("client_ip");
}

Value show_expiry(Showing&, const Object& event) {
  return Value(core::time_text(event.at("created").as_int64() + kYear));
}

Value show_brand(Showing&, const Object&) { return Object{}; }

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read, .show = &show_pk},
    {.name = "user", .use = Use::read, .show = &show_who},
    {.name = "action", .use = Use::read},
    {.name = "app", .use = Use::read},
    {.name = "context", .use = Use::read},
    {.name = "client_ip", .use = Use::read, .show = &show_address},
    {.name = "created", .use = Use::read},
    {.name = "expires", .use = Use::read, .show = &show_expiry},
    {.name = "brand", .use = Use::read, .show = &show_brand},
};
constexpr ApiFilter kFilters[] = {
    {"action", "action"},
    {"actions", "action"},
    {"username", "username"},
    {"client_ip", "client_ip"},
    {"created__lt", "created", Op::less},
    {"created__gt", "created", Op::greater},
};
constexpr std::string_view kSearch[] = {"action", "app", "username", "client_ip"};

const Resource kEventResource{
    .path = "events/events",
    .model = "authentik_events.event",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "-pk",
    .methods = Resource::kList,
};

Response read_event(Context& context) {
  const std::string_view text = context.param("key");
  std::int64_t number = 0;
  if (!text.starts_with(kUuidStart)) return detail(404, "Not found.");
  const std::string_view digits = text.substr(kUuidStart.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  core::ListQuery query;
  query.equals["pk"] = number;
  query.limit = 1;
  const auto found = context.services.store.list(model_of(kEventResource), query);
  if (found.empty()) return detail(404, "Not found.");
  Showing showing(context);
  return json_response(200, show(kEventResource, showing, found.front()));
}

Response list_actions(Context&) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kActions{
      {{"login", "Login"},
       {"login_failed", "Login Failed"},
       {"logout", "Logout"},
       {"user_write", "User Write"},
       {"password_set", "Password Set"},
       {"secret_view", "Secret View"},
       {"suspicious_request", "Suspicious Request"},
       {"model_created", "Model Created"},
       {"model_updated", "Model Updated"},
       {"model_deleted", "Model Deleted"}}};
  boost::json::array out;
  for (const auto& [name, description] : kActions) {
    out.push_back(Object{{"name", description},
                         {"description", description},
                         {"component", name},
                         {"model_name", ""}});
  }
  return json_response(200, out);
}

// Events of the last week by hour and action, at most the newest 10,000.
Response volume(Context& context) {
  constexpr std::int64_t kHour = 3600 * 1000;
  core::ListQuery query;
  if (auto refusal = read_listing(context, kEventResource, query)) return *std::move(refusal);
  query.where.push_back({"created",
                         core::Where::Is::greater,
                         {Value(context.services.tools.clock.wall() - 7 * 24 * kHour)}});
  query.order = "-pk";
  query.limit = 10'000;
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> counts;
  for (const Object& event : context.services.store.list(model_of(kEventResource), query)) {
    const std::int64_t created = event.at("created").as_int64();
    ++counts[{created - created % kHour, std::string(event.at("action").as_string())}];
  }
  boost::json::array out;
  for (const auto& [key, count] : counts) {
    out.push_back(
        Object{{"action", key.second}, {"time", core::time_text(key.first)}, {"count", count}});
  }
  return json_response(200, out);
}

}  // namespace

void add_events(Router& router) {
  router.add("GET", "/api/v3/events/events/actions/", Door::superuser, &list_actions);
  router.add("GET", "/api/v3/events/events/volume/", Door::superuser, &volume);
  add_resource(router, kEventResource);
  router.add("GET", "/api/v3/events/events/{key:uuid}/", Door::superuser, &read_event);
  router.add("GET", "/api/v3/events/notifications/", Door::user,
             [](Context& context) { return page_from(context, {}); });
}

}  // namespace postern::http
