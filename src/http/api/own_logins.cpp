// postern/logins/: from where, and to which service, an account was used over LDAP and RADIUS, from
// the audit trail: the last logins of one user, those of one kind in one row. postern/leases/: with
// which codes it may come there again, until somebody ends that. Ours, not authentik's.

#include <algorithm>
#include <charconv>
#include <variant>

#include "core/model/time_text.h"
#include "http/api/paging.h"
#include "http/api/routes.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::size_t kLooked = 300;
constexpr std::string_view kFronts = "postern.outpost.";

struct Use {
  std::string protocol, service, client;
  core::WallMs first = 0, last = 0;
  std::int64_t count = 0;
};

// Of a provider that may be gone by now.
std::string name_of(const core::Catalog& catalog, core::ProviderId service) {
  const core::Provider* provider = catalog.provider(service);
  if (provider == nullptr) return {};
  return provider->application == nullptr ? provider->name : provider->application->name;
}

std::string service_of(const core::Catalog& catalog, const Object& event) {
  const Value* number = event.at("context").as_object().if_contains("service");
  if (number == nullptr || !number->is_int64()) return {};
  return name_of(catalog, number->get_int64());
}

void note(std::vector<Use>& uses, Use one) {
  const auto same = std::ranges::find_if(uses, [&](const Use& other) {
    return other.protocol == one.protocol && other.service == one.service &&
           other.client == one.client;
  });
  if (same == uses.end()) {
    one.count = 1;
    uses.push_back(std::move(one));
    return;
  }
  ++same->count;
  same->first = std::min(same->first, one.first);
}

// One's own; an administrator names somebody by `user`.
std::optional<core::UserId> asked_user(const Context& context) {
  const std::string* text = context.query.find("user");
  if (text == nullptr) return context.who.user();
  core::UserId user = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), user);
  if (read.ec != std::errc{} || read.ptr != text->data() + text->size()) return std::nullopt;
  return user;
}

std::variant<core::UserId, Response> permitted_user(const Context& context) {
  const auto user = asked_user(context);
  if (!user) return field_error("user", "A valid integer is required.");
  if (*user != context.who.user() && !context.who.superuser()) {
    return detail(403, "You do not have permission to perform this action.");
  }
  return *user;
}

Response logins(Context& context) {
  const auto permitted = permitted_user(context);
  if (const auto* refusal = std::get_if<Response>(&permitted)) return *refusal;
  const core::UserId user = std::get<core::UserId>(permitted);
  core::ListQuery query;
  query.equals["user_pk"] = user;
  query.equals["action"] = "login";
  query.order = "-pk";
  query.limit = kLooked;
  const auto catalog = context.services.directory.catalog();
  std::vector<Use> uses;
  for (const Object& event :
       context.services.store.list(*core::find_model("authentik_events.event"), query)) {
    const std::string_view front = event.at("app").as_string();
    if (!front.starts_with(kFronts)) continue;
    const core::WallMs when = event.at("created").as_int64();
    note(uses, {std::string(front.substr(kFronts.size())), service_of(*catalog, event),
                std::string(event.at("client_ip").as_string()), when, when});
  }
  boost::json::array all;
  for (const Use& one : uses) {
    all.push_back(Object{{"protocol", one.protocol},
                         {"service", one.service},
                         {"client", one.client},
                         {"count", one.count},
                         {"first", core::time_text(one.first)},
                         {"last", core::time_text(one.last)}});
  }
  return page_from(context, all);
}

// Those of changed credentials are dead already.
Response leases(Context& context) {
  const auto permitted = permitted_user(context);
  if (const auto* refusal = std::get_if<Response>(&permitted)) return *refusal;
  const core::UserId user = std::get<core::UserId>(permitted);
  core::LoginRecord record;
  boost::json::array all;
  if (context.services.directory.read_user(user, record) != core::Lookup::found) {
    return page_from(context, all);
  }
  const auto catalog = context.services.directory.catalog();
  for (const core::LoginLease& one : context.services.leases.of(user)) {
    if (one.generation != record.generation) continue;
    all.push_back(Object{{"pk", one.id},
                         {"service", name_of(*catalog, one.service)},
                         {"client", one.client},
                         {"created", core::time_text(one.made)},
                         {"last_used", core::time_text(one.used)},
                         {"expires", core::time_text(one.expires)}});
  }
  return page_from(context, all);
}

Response end_lease(Context& context) {
  const auto permitted = permitted_user(context);
  if (const auto* refusal = std::get_if<Response>(&permitted)) return *refusal;
  const core::UserId user = std::get<core::UserId>(permitted);
  const std::string_view text = context.param("key");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc{} || !context.services.leases.end(user, id)) {
    return detail(404, "Not found.");
  }
  record_event(context, "custom_lease_end", {{"user", user}});
  return no_content();
}

}  // namespace

void add_own_logins(Router& router) {
  router.add("GET", "/api/v3/postern/logins/", Door::user, &logins);
  router.add("GET", "/api/v3/postern/leases/", Door::user, &leases);
  router.add("DELETE", "/api/v3/postern/leases/{key:int}/", Door::user, &end_lease);
}

}  // namespace postern::http
