// What authentik's API has no place for, below /api/v3/postern/: figures of this node as it runs,
// RADIUS packets that were dropped, sessions of the network gear, passwords of network devices.

#include <charconv>

#include "core/credentials/network_password.h"
#include "core/credentials/random_text.h"
#include "core/model/time_text.h"
#include "http/api/objects_in_one.h"
#include "http/api/paging.h"
#include "http/api/routes.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::size_t kNameLetters = 10;
constexpr std::size_t kMostSessions = 500;

Value time_or_null(core::WallMs time) {
  return time == 0 ? Value(nullptr) : Value(core::time_text(time));
}

Response overview(Context& context) {
  if (!context.services.live) return detail(404, "Not found.");
  Object out = context.services.live();
  const auto fresh = context.services.directory.freshness();
  out["store_reachable"] = fresh.store_reachable;
  out["directory_age_ms"] = fresh.age_ms;
  return json_response(200, out);
}

Response dropped(Context& context) {
  if (context.services.observations == nullptr) return detail(404, "Not found.");
  boost::json::array all;
  for (const auto& seen : context.services.observations->recent()) {
    all.push_back(Object{{"cause", seen.cause},
                         {"source", seen.source},
                         {"detail", seen.detail},
                         {"count", seen.count},
                         {"first", core::time_text(seen.first)},
                         {"last", core::time_text(seen.last)}});
  }
  return page_from(context, all);
}

bool own_or_any(const Context& context, const core::NetworkSession& session) {
  return context.who.superuser() || session.user == context.who.user();
}

// One's own, or everybody's for who administers and does not ask for `mine`.
Response network_sessions(Context& context) {
  core::NetworkSessionQuery query;
  query.live_only = true;
  query.limit = kMostSessions;
  const bool mine = context.query.find("mine") != nullptr;
  if (mine || !context.who.superuser()) query.user = context.who.user();
  boost::json::array all;
  for (const auto& one : context.services.store.network_sessions().list(query)) {
    all.push_back(Object{
        {"pk", one.pk},
        {"username", one.username},
        {"nas", one.nas_identifier.empty() ? one.client : one.nas_identifier},
        {"calling_station", one.calling_station},
        {"framed_address", one.framed_address.empty() ? one.framed_ipv6 : one.framed_address},
        {"started", time_or_null(one.started)},
        {"updated", time_or_null(one.seen)},
        {"in_octets", one.in_octets},
        {"out_octets", one.out_octets},
        {"ending", one.end_asked > 0},
        {"disconnect", one.disconnect}});
  }
  return page_from(context, all);
}

// Whoever talks to its NAS asks that to end it, and asks again until it has; nothing waits here.
Response end_network_session(Context& context) {
  const std::string_view key = context.param("key");
  std::int64_t pk = 0;
  std::from_chars(key.data(), key.data() + key.size(), pk);
  core::NetworkSessionStore& sessions = context.services.store.network_sessions();
  const auto session = sessions.get(pk);
  if (!session || !own_or_any(context, *session) || !session->live()) {
    return detail(404, "Not found.");
  }
  const auto catalog = context.services.directory.catalog();
  const core::RadiusProvider* provider = catalog->radius_provider(session->provider);
  if (provider == nullptr || !provider->disconnect) {
    return field_error("", "The provider of this session does not end sessions.");
  }
  if (!sessions.ask_to_end(pk, context.services.tools.clock.wall())) {
    return detail(404, "Not found.");
  }
  record_event(context, "custom_network_end",
               {{"session", session->session_id}, {"name", session->username}});
  return no_content();
}

Object shown_password(const Object& token) {
  const Object shown = core::presentable(core::token_model(), token);
  return {{"pk", shown.at("pk")},
          {"device", shown.at("description")},
          {"created", shown.at("created")},
          {"last_used", shown.at("last_used")}};
}

Response network_passwords(Context& context) {
  core::ListQuery query;
  query.equals["intent"] = std::string(core::kNetworkPassword);
  query.equals["user"] = context.who.user();
  query.order = "-created";
  query.limit = kMostSessions;
  boost::json::array all;
  for (const Object& one : context.services.store.list(core::token_model(), query)) {
    all.push_back(shown_password(one));
  }
  return page_from(context, all);
}

// The password is in this answer and nowhere else.
Response add_network_password(Context& context) {
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* device = body->if_contains("device");
  if (device == nullptr || !device->is_string() || device->get_string().empty()) {
    return field_error("device", "This field is required.");
  }
  const core::Secret suffix =
      core::random_text(context.services.tools.random, core::kLowerBase36, kNameLetters);
  const Object attrs{{"identifier", "network-" + std::string(suffix.reveal())},
                     {"intent", core::kNetworkPassword},
                     {"user", context.who.user()},
                     {"description", *device}};
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    return objects.create(core::token_model(), attrs);
  });
  if (!done) {
    if (done.error().field == "description") return field_error("device", done.error().message);
    return error_response(done.error());
  }
  record_event(context, "model_created",
               {{"model", core::token_model().name}, {"name", attrs.at("identifier")}});
  return json_response(
      201, Object{{"pk", done->pk},
                  {"device", *device},
                  {"key", done->generated ? done->generated->reveal() : std::string_view()}});
}

Response delete_network_password(Context& context) {
  const auto transaction = context.services.store.begin();
  const auto token =
      transaction->get(core::token_model(), Value(std::string(context.param("key"))));
  const bool own = token && token->at("user") == context.who.user() &&
                   token->at("intent") == Value(core::kNetworkPassword);
  if (!own) return detail(404, "Not found.");
  core::Objects objects(*transaction, context.services.tools);
  if (const auto erased = objects.erase(core::token_model(), token->at("pk")); !erased) {
    return error_response(erased.error());
  }
  const std::int64_t change = transaction->commit();
  if (change > 0) context.services.visible(change);
  record_event(context, "model_deleted",
               {{"model", core::token_model().name}, {"name", token->at("identifier")}});
  return no_content();
}

}  // namespace

void add_own(Router& router) {
  const std::string root = "/api/v3/postern/";
  router.add("GET", root + "overview/", Door::superuser, &overview);
  router.add("GET", root + "dropped/", Door::superuser, &dropped);
  router.add("GET", root + "network_sessions/", Door::user, &network_sessions);
  router.add("DELETE", root + "network_sessions/{key:int}/", Door::user, &end_network_session);
  router.add("GET", root + "network_passwords/", Door::user, &network_passwords);
  router.add("POST", root + "network_passwords/", Door::user, &add_network_password);
  router.add("DELETE", root + "network_passwords/{key:uuid}/", Door::user,
             &delete_network_password);
}

}  // namespace postern::http
