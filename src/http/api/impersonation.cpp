// users/{pk}/impersonate/: an administrator sees what a user sees, in the own session, with both
// names in every event. Not of users with more power, unless by a superuser.

#include "http/api/power.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::string_view kPermission = "authentik_core.impersonate";

bool setting(const Context& context, std::string_view name) {
  core::ListQuery query;
  query.limit = 1;
  const auto rows =
      context.services.store.list(*core::find_model("authentik_tenants.tenant"), query);
  return rows.empty() || rows.front().at(name) == true;
}

Response impersonate(Context& context) {
  if (context.who.by != Identity::By::session) {
    return detail(403, "Impersonation needs a session of a browser.");
  }
  const auto target = find_addressed(context, kUserResource);
  if (!target) return context.who.superuser() ? detail(404, "Not found.") : not_permitted();
  const bool allowed = may(context, kPermission, kUserResource.model, pk_text(target->at("pk"))) &&
                       (context.who.superuser() || !has_power(context, *target));
  if (!allowed) return not_permitted();
  if (!setting(context, "impersonation")) return detail(403, "Impersonation is switched off.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* reason = body->if_contains("reason");
  if (reason != nullptr && !reason->is_string())
    return field_error("reason", "Not a valid string.");
  const bool given = reason != nullptr && !reason->get_string().empty();
  if (!given && setting(context, "impersonation_require_reason")) {
    return field_error("reason", "This field is required.");
  }
  WebSession& session = *context.session;
  if (session.impersonator != 0 || target->at("pk") == context.who.user()) {
    return detail(400, "This session is somebody else's already.");
  }
  record_event(context, "impersonation_started",
               {{"pk", target->at("pk")},
                {"name", target->at("username")},
                {"reason", given ? *reason : Value("")}});
  context.sessions.become(session, target->at("pk").as_int64(), context.who.user());
  return no_content();
}

Response end(Context& context) {
  if (context.who.by != Identity::By::session || context.session->impersonator == 0) {
    return no_content();
  }
  WebSession& session = *context.session;
  record_event(context, "impersonation_ended", {{"by", session.impersonator}});
  context.sessions.become(session, session.impersonator, 0);
  return no_content();
}

}  // namespace

void add_impersonation(Router& router) {
  router.add("POST", "/api/v3/core/users/{key:int}/impersonate/", Door::user, &impersonate);
  router.add("GET", "/api/v3/core/users/impersonate_end/", Door::user, &end);
}

}  // namespace postern::http
