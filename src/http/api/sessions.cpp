// core/authenticated_sessions: who is logged in in a browser. Deleting a session revokes what its
// user has open elsewhere, too: connections and stays in networks. And consents, which nobody can
// give yet: their list is empty.

#include <charconv>

#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/user_agent.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

Value show_current(Showing& showing, const Object& session) {
  const auto& mine = showing.context.session;
  return mine.has_value() && session.at("pk").as_string() == mine->pk;
}

Value show_agent(Showing&, const Object& session) {
  return describe_user_agent(session.at("last_user_agent").as_string());
}

Value known_text(const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); }
Value known_number(const std::optional<double>& number) {
  return number ? Value(*number) : Value(nullptr);
}

// Where the last address is, by the databases that are configured.
Value show_place(Showing& showing, const Object& session) {
  const core::GeoIp* geo = showing.context.services.geo;
  const auto place = geo == nullptr ? std::nullopt : geo->place(session.at("last_ip").as_string());
  if (!place) return nullptr;
  return Object{{"continent", known_text(place->continent)},
                {"country", known_text(place->country)},
                {"lat", known_number(place->latitude)},
                {"long", known_number(place->longitude)},
                {"city", place->city}};
}

Value show_owner(Showing& showing, const Object& session) {
  const core::GeoIp* geo = showing.context.services.geo;
  const auto owner = geo == nullptr ? std::nullopt : geo->owner(session.at("last_ip").as_string());
  if (!owner) return nullptr;
  return Object{{"asn", owner->number},
                {"as_org", known_text(owner->name)},
                {"network", known_text(owner->network)}};
}

constexpr ApiField kFields[] = {
    {.name = "uuid", .use = Use::read, .source = "pk"},
    {.name = "current", .use = Use::read, .show = &show_current},
    {.name = "user_agent", .use = Use::read, .show = &show_agent},
    {.name = "geo_ip", .use = Use::read, .show = &show_place},
    {.name = "asn", .use = Use::read, .show = &show_owner},
    {.name = "user", .use = Use::read},
    {.name = "last_ip", .use = Use::read},
    {.name = "last_user_agent", .use = Use::read},
    {.name = "last_used", .use = Use::read},
    {.name = "expires", .use = Use::read},
};
constexpr ApiFilter kFilters[] = {{"session__last_ip", "last_ip"}, {"last_ip", "last_ip"}};
constexpr std::string_view kSearch[] = {"last_ip", "last_user_agent"};

// Visitors in the midst of a login are nobody's sessions; what has expired is gone.
std::optional<Response> narrow_sessions(const Context& context, core::ListQuery& query) {
  query.where.push_back({"user", core::Where::Is::not_null, {}});
  query.where.push_back(
      {"expires", core::Where::Is::greater, {Value(context.services.tools.clock.wall())}});
  if (const core::WallMs idle = context.services.session_idle; idle > 0) {
    query.where.push_back({"last_used",
                           core::Where::Is::greater,
                           {Value(context.services.tools.clock.wall() - idle)}});
  }
  const std::string* name = context.query.find("user__username");
  if (name == nullptr || name->empty()) return std::nullopt;
  core::ListQuery users;
  users.equals["username"] = *name;
  users.limit = 1;
  const auto found = context.services.store.list(core::user_model(), users);
  query.where.push_back({"user", core::Where::Is::in, {}});
  if (!found.empty()) query.where.back().values.push_back(found.front().at("pk"));
  return std::nullopt;
}

// Grants of before end with the generation, stays in networks by the time.
void revoke(const Context& context, core::Transaction& transaction, const Value& user) {
  transaction.update(core::user_model(), user,
                     {{"sessions_revoked", context.services.tools.clock.wall()}});
}

// In an impersonation it is the administrator's session.
void revoke_owner(Context& context, core::Transaction& transaction, const Object& session) {
  const Value& impersonator = session.at("impersonator");
  revoke(context, transaction, impersonator.is_null() ? session.at("user") : impersonator);
}

const Resource kSessionResource{
    .path = "core/authenticated_sessions",
    .model = "authentik_core.authenticatedsession",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "-expires",
    .methods = Resource::kList | Resource::kRead | Resource::kDelete,
    .rights = Resource::Rights::owner,
    .gone = &revoke_owner,
    .narrow = &narrow_sessions,
};

Response bulk_delete(Context& context) {
  const core::Model& model = model_of(kSessionResource);
  std::int64_t deleted = 0;
  const auto transaction = context.services.store.begin();
  for (const std::string_view text : context.query.all("user_pks")) {
    std::int64_t user = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), user);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
      return field_error("user_pks", "A valid integer is required.");
    }
    for (const Object& session : transaction->find(model, {{"user", user}}, 100'000)) {
      deleted += transaction->erase(model, session.at("pk")) ? 1 : 0;
    }
    if (transaction->get(core::user_model(), Value(user))) {
      revoke(context, *transaction, Value(user));
    }
  }
  const std::int64_t change = transaction->commit();
  if (change > 0) context.services.visible(change);
  record_event(context, "model_deleted", {{"model", model.name}, {"count", deleted}});
  return json_response(200, Object{{"deleted", deleted}});
}

}  // namespace

void add_sessions(Router& router) {
  router.add("DELETE", "/api/v3/core/authenticated_sessions/bulk_delete/", Door::superuser,
             &bulk_delete);
  add_resource(router, kSessionResource);
  router.add("GET", "/api/v3/core/user_consent/", Door::user,
             [](Context& context) { return page_from(context, {}); });
}

}  // namespace postern::http
