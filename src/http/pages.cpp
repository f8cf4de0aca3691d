#include "http/pages.h"

#include "core/credentials/app_password.h"
#include "core/hex.h"
#include "http/api/family.h"
#include "http/api/shown.h"
#include "http/assets.h"
#include "http/authentication.h"
#include "http/content_policy.h"
#include "http/flow/executor.h"
#include "http/web_page.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

std::string with_query(const Context& context, std::string path) {
  if (!context.request.query.empty()) path += "?" + context.request.query;
  return path;
}

Response to_flow(Context& context, std::string_view designation) {
  const std::string slug = default_flow(context, designation);
  if (slug.empty()) return detail(404, "Not found.");
  return redirect(302, with_query(context, "/if/flow/" + slug + "/"));
}

Response flow_page(Context& context) {
  const auto catalog = context.services.directory.catalog();
  const auto flow = catalog->flows.find(std::string(context.param("slug")));
  if (flow == catalog->flows.end()) {
    return plain_page(context, 404, "Not found", "<p>There is no such flow.</p>\n");
  }
  Response response = shell_page(context, "flow");
  response.set("Referrer-Policy", "no-referrer");  // the address may hold a one-time link
  if (flow->second != nullptr) {
    response.set("Content-Security-Policy", content_policy_of(*flow->second));
  }
  return response;
}

Response shell(Context& context, std::string_view bundle) {
  if (context.who.user() == 0) {
    return redirect(
        302, "/flows/-/default/authentication/?next=" + percent_encode(context.request.path));
  }
  return shell_page(context, bundle);
}

// The flow in which people set up what the stage is about, for themselves.
Response configure(Context& context) {
  if (context.who.user() == 0) {
    return redirect(
        302, "/flows/-/default/authentication/?next=" + percent_encode(context.request.path));
  }
  Showing showing(context);
  const Value pk = show_member(stage_family(), showing, Value(context.param("stage")));
  const core::Model* model =
      pk.is_null() ? nullptr : core::find_model(pk.at("meta_model_name").as_string());
  const Object* stage = model == nullptr || model->field("configure_flow") == nullptr
                            ? nullptr
                            : showing.related(model->name, Value(context.param("stage")));
  const Object* flow = stage == nullptr || stage->at("configure_flow").is_null()
                           ? nullptr
                           : showing.related("authentik_flows.flow", stage->at("configure_flow"));
  if (flow == nullptr) return detail(404, "Not found.");
  if (context.session) context.sessions.drop_plan(*context.session);
  return redirect(
      302, with_query(context, "/if/flow/" + std::string(flow->at("slug").as_string()) + "/"));
}

// Until akadmin has a password there is nobody to log in.
bool set_up(const Context& context) {
  core::ListQuery query;
  query.equals["username"] = "akadmin";
  query.limit = 1;
  const auto found = context.services.store.list(core::user_model(), query);
  return found.empty() || found.front().at("password_hash") != "";
}

Response root(Context& context) {
  if (context.who.user() == 0 && !set_up(context)) {
    return redirect(302, "/if/flow/initial-setup/");
  }
  if (context.who.user() == 0) return redirect(302, "/flows/-/default/authentication/?next=/");
  return redirect(302, "/if/user/");
}

Response cancel(Context& context) {
  if (context.session) context.sessions.drop_plan(*context.session);
  const std::string* next = context.query.find("next");
  if (next != nullptr && is_local_path(*next)) return redirect(302, *next);
  return to_flow(context, "invalidation");
}

// The token of a recovery key; nothing when it is none, or is no good any more.
std::optional<Object> recovery_token(const Context& context) {
  const std::string_view key = context.param("key");
  if (key.size() < core::kMinGivenKey || key.size() > 1024) return std::nullopt;
  core::ListQuery query;
  query.equals["verifier"] = core::to_hex(core::key_verifier(key));
  query.equals["intent"] = "recovery";
  query.limit = 1;
  auto found = context.services.store.list(core::token_model(), query);
  if (found.empty()) return std::nullopt;
  Object& token = found.front();
  const core::WallMs now = context.services.tools.clock.wall();
  if (token.at("expiring").as_bool() && token.at("expires").is_int64() &&
      now >= token.at("expires").get_int64()) {
    return std::nullopt;
  }
  return std::move(token);
}

Response no_such_key(Context& context) {
  Response response = plain_page(context, 404, "Not found",
                                 "<p>This link is not valid, or has been used.</p>\n"
                                 "<p><a href=\"/\">Go to sign-in</a></p>\n");
  response.set("Referrer-Policy", "no-referrer");
  return response;
}

// Only looks: whatever follows links must not use them up.
Response recovery_page(Context& context) {
  if (!recovery_token(context)) return no_such_key(context);
  Response response = plain_page(
      context, 200, "Recovery",
      "<p>This link logs you in, once.</p>\n<form method=\"post\">"
      "<button type=\"submit\" class=\"pf-v6-c-button pf-m-primary\">Log in</button></form>\n");
  response.set("Referrer-Policy", "no-referrer");
  return response;
}

Response use_recovery_key(Context& context) {
  if (!same_origin(context)) return detail(403, "CSRF Failed: the request comes from elsewhere.");
  const auto token = recovery_token(context);
  if (!token) return no_such_key(context);
  core::LoginRecord record;
  const core::UserId user = token->at("user").as_int64();
  const bool there = context.services.directory.read_user(user, record) == core::Lookup::found;
  // Whoever holds the key of a disabled user does not get in; the key stays for when it is enabled.
  if (!there || !record.is_active) return no_such_key(context);
  if (!context.services.store.consume_token(core::Uuid(token->at("pk").as_string()))) {
    return no_such_key(context);
  }
  const auto session = context.sessions.log_in(context.request, user, {}, nullptr);
  if (context.session) context.sessions.log_out(*context.session);
  for (Header& one : context.sessions.cookies(context.request, *session, 0)) {
    context.extra.push_back(std::move(one));
  }
  context.who.record = record;
  record_event(context, "login", {{"auth_method", "recovery_key"}});
  record_event(context, "custom_recovery_key_used", {});
  Response response = redirect(303, "/if/user/");
  response.set("Referrer-Policy", "no-referrer");
  return response;
}

Response live(Context&) {
  Response response;
  response.set("Content-Type", "text/plain");
  response.body = std::string("ok\n");
  return response;
}

Response ready(Context& context) {
  try {
    context.services.store.last_change();
  } catch (const core::StoreError&) {
    return detail(503, "The database does not answer.");
  }
  const auto fresh = context.services.directory.freshness();
  if (!fresh.store_reachable || fresh.age_ms > 5'000) {
    return detail(503, "The read model is not current.");
  }
  return live(context);
}

}  // namespace

void add_pages(Router& router) {
  add_assets(router);
  router.add("GET", "/", Door::open, &root);
  router.add("GET", "/if/user/", Door::open,
             [](Context& context) { return shell(context, "user"); });
  router.add("GET", "/if/admin/", Door::open,
             [](Context& context) { return shell(context, "admin"); });
  router.add("GET", "/if/flow/{slug:slug}/", Door::open, &flow_page);
  for (const std::string_view designation :
       {"authentication", "invalidation", "recovery", "enrollment", "unenrollment"}) {
    router.add("GET", "/flows/-/default/" + std::string(designation) + "/", Door::open,
               [designation](Context& context) { return to_flow(context, designation); });
  }
  router.add("GET", "/flows/-/cancel/", Door::open, &cancel);
  router.add("GET", "/flows/-/configure/{stage:uuid}/", Door::open, &configure);
  router.add("GET", "/recovery/use-token/{key:slug}/", Door::open, &recovery_page);
  router.add("POST", "/recovery/use-token/{key:slug}/", Door::open, &use_recovery_key);
  router.add("GET", "/-/health/live/", Door::open, &live);
  router.add("GET", "/-/health/ready/", Door::open, &ready);
}

}  // namespace postern::http
