// events/events: the audit trail. Rows are numbered; the API wants UUIDs, so the number is written
// as the end of one.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "core/model/time_text.h"
#include "core/notify/notice.h"
#include "http/api/listing.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;
using Op = ApiFilter::Op;

constexpr std::string_view kUuidStart = "00000000-0000-4000-8000-";
constexpr std::size_t kMostSteps = 20;
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
    {"user_pk", "user_pk"},
};
constexpr std::string_view kSearch[] = {"action", "app", "username", "client_ip"};

// What the context names: a model, an object of it.
std::optional<Response> narrow_context(const Context& context, core::ListQuery& query) {
  const auto asked = [&](std::string_view name) {
    const std::string* text = context.query.find(name);
    return text == nullptr ? std::string() : *text;
  };
  Object wanted;
  const std::string app = asked("context_model_app"), name = asked("context_model_name");
  if (!app.empty() && !name.empty()) wanted["model"] = app + "." + name;
  if (const std::string pk = asked("context_model_pk"); !pk.empty()) {
    std::int64_t number = 0;
    const auto read = std::from_chars(pk.data(), pk.data() + pk.size(), number);
    const bool whole = read.ec == std::errc{} && read.ptr == pk.data() + pk.size();
    wanted["pk"] = whole ? Value(number) : Value(pk);
  }
  if (!wanted.empty()) query.equals["context"] = std::move(wanted);
  return std::nullopt;
}

const Resource kEventResource{
    .path = "events/events",
    .model = "authentik_events.event",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "-pk",
    .methods = Resource::kList,
    .narrow = &narrow_context,
};

Response read_event(Context& context) {
  if (!may_act(context, kEventResource, "view")) return not_permitted();
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

// As the contract lists them; those that can come from here are a part of it.
constexpr std::string_view kActions[] = {"login",
                                         "login_failed",
                                         "logout",
                                         "user_write",
                                         "suspicious_request",
                                         "password_set",
                                         "secret_view",
                                         "secret_rotate",
                                         "invitation_used",
                                         "authorize_application",
                                         "source_linked",
                                         "impersonation_started",
                                         "impersonation_ended",
                                         "flow_execution",
                                         "policy_execution",
                                         "policy_exception",
                                         "property_mapping_exception",
                                         "system_task_exception",
                                         "configuration_error",
                                         "configuration_warning",
                                         "model_created",
                                         "model_updated",
                                         "model_deleted",
                                         "email_sent"};

Response list_actions(Context& context) {
  if (!may_act(context, kEventResource, "view")) return not_permitted();
  boost::json::array out;
  for (const std::string_view name : kActions) {
    const std::string title = core::action_title(name);
    out.push_back(
        Object{{"name", title}, {"description", title}, {"component", name}, {"model_name", ""}});
  }
  return json_response(200, out);
}

// The application behind the provider that an event names.
Value application_of(Showing& showing, std::int64_t provider) {
  for (const Object& one : showing.all("authentik_core.application")) {
    const boost::json::array& others = one.at("backchannel_providers").as_array();
    const bool is = one.at("provider") == provider ||
                    std::ranges::find(others, Value(provider)) != others.end();
    if (!is) continue;
    return Object{{"pk", one.at("pk")},
                  {"name", one.at("name")},
                  {"app", "authentik_core"},
                  {"model_name", "application"}};
  }
  return nullptr;
}

// Which applications are logged in to most.
Response top_per_user(Context& context) {
  if (!may_act(context, kEventResource, "view")) return not_permitted();
  std::size_t most = 15;
  if (const std::string* text = context.query.find("top_n"); text != nullptr) {
    const auto read = std::from_chars(text->data(), text->data() + text->size(), most);
    if (read.ec != std::errc{} || most == 0 || most > 1000) {
      return field_error("top_n", "A number from 1 to 1000 is required.");
    }
  }
  Showing showing(context);
  boost::json::array out;
  for (const auto& use : context.services.store.logins_by_service()) {
    Value application = application_of(showing, use.service);
    if (application.is_null() || out.size() >= most) continue;
    out.push_back(Object{{"application", std::move(application)},
                         {"counted_events", use.logins},
                         {"unique_users", use.users}});
  }
  return json_response(200, out);
}

// From the listing's filters; false: `refusal` says what is wrong with them.
bool read_filters(Context& context, core::ListQuery& query, Response& refusal) {
  if (!may_act(context, kEventResource, "view")) {
    refusal = not_permitted();
    return false;
  }
  auto wrong = read_listing(context, kEventResource, query);
  if (wrong) refusal = *std::move(wrong);
  return !wrong;
}

void add_since(core::ListQuery& query, std::int64_t when) {
  query.where.push_back({"created", core::Where::Is::greater, {Value(when)}});
}

// Events of the last days by hour and action.
Response volume(Context& context) {
  constexpr std::int64_t kHour = 3600 * 1000;
  core::ListQuery query;
  Response refusal;
  if (!read_filters(context, query, refusal)) return refusal;
  std::int64_t days = 7;
  if (const std::string* text = context.query.find("history_days"); text != nullptr) {
    const auto read = std::from_chars(text->data(), text->data() + text->size(), days);
    if (read.ec != std::errc{} || days < 1 || days > 366) {
      return field_error("history_days", "A number from 1 to 366 is required.");
    }
  }
  add_since(query, context.services.tools.clock.wall() - days * 24 * kHour);
  boost::json::array out;
  for (const auto& one : context.services.store.count_by_span(model_of(kEventResource), query,
                                                              "action", "created", kHour)) {
    out.push_back(
        Object{{"action", one.value}, {"time", core::time_text(one.begin)}, {"count", one.count}});
  }
  return json_response(200, out);
}

// How many events there were within each of the spans of time that are asked for, and how many
// people are behind all of them.
Response stats(Context& context) {
  core::ListQuery query;
  Response refusal;
  if (!read_filters(context, query, refusal)) return refusal;
  const core::Model& model = model_of(kEventResource);
  const std::int64_t now = context.services.tools.clock.wall();
  Object steps;
  for (const std::string_view step : context.query.all("count_steps")) {
    const auto span = core::parse_duration(step);
    if (!span || *span <= 0 || steps.size() >= kMostSteps) {
      return field_error("count_steps", "Durations such as hours=3;minutes=1 are required.");
    }
    core::ListQuery within = query;
    add_since(within, now - *span);
    steps[step] = context.services.store.count(model, within);
  }
  query.where.push_back({"user_pk", core::Where::Is::greater, {Value(0)}});
  const std::int64_t users = context.services.store.count_different(model, query, "user_pk");
  return json_response(200, Object{{"unique_users", users}, {"count_step", steps}});
}

}  // namespace

Value show_event(Showing& showing, const Value& number) {
  const Object* event = showing.related(kEventResource.model, number);
  return event == nullptr ? Value(nullptr) : Value(show(kEventResource, showing, *event));
}

void add_events(Router& router) {
  router.add("GET", "/api/v3/events/events/actions/", Door::user, &list_actions);
  router.add("GET", "/api/v3/events/events/top_per_user/", Door::user, &top_per_user);
  router.add("GET", "/api/v3/events/events/volume/", Door::user, &volume);
  router.add("GET", "/api/v3/events/events/stats/", Door::user, &stats);
  add_resource(router, kEventResource);
  router.add("GET", "/api/v3/events/events/{key:uuid}/", Door::user, &read_event);
}

}  // namespace postern::http
