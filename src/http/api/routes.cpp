#include "http/api/routes.h"

namespace postern::http {
namespace {

std::string_view key_kind(const Resource& resource) {
  switch (resource.address) {
    case Resource::Address::integer:
      return "{key:int}";
    case Resource::Address::uuid:
      return "{key:uuid}";
    case Resource::Address::field:
      break;
  }
  return "{key:slug}";
}

using Act = Response (*)(Context&, const Resource&);

void add(Router& router, std::string_view method, const std::string& path, Door door,
         const Resource& resource, Act act) {
  router.add(method, path, door,
             [&resource, act](Context& context) { return act(context, resource); });
}

}  // namespace

void add_resource(Router& router, const Resource& resource) {
  const std::string all = "/api/v3/" + std::string(resource.path) + "/";
  const std::string one = all + std::string(key_kind(resource)) + "/";
  constexpr Door read = Door::user, write = Door::user;  // finer rights: permissions.h
  router.describe(all, resource);
  const auto has = [&](Resource::Method method) { return (resource.methods & method) != 0; };
  if (has(Resource::kList)) add(router, "GET", all, read, resource, &list_objects);
  if (has(Resource::kCreate)) add(router, "POST", all, write, resource, &create_object);
  if (has(Resource::kRead)) {
    add(router, "GET", one, read, resource, &read_object);
    add(router, "GET", one + "used_by/", read, resource, &list_users_of);
  }
  if (has(Resource::kUpdate)) add(router, "PUT PATCH", one, write, resource, &update_object);
  if (has(Resource::kDelete)) add(router, "DELETE", one, write, resource, &delete_object);
}

void add_api(Router& router) {
  add_users(router);
  add_recovery(router);
  add_groups(router);
  add_tokens(router);
  add_applications(router);
  add_providers(router);
  add_flows(router);
  add_stages(router);
  add_key_models(router);
  add_policies(router);
  add_sessions(router);
  add_devices(router);
  add_events(router);
  add_notifications(router);
  add_mappings(router);
  add_system(router);
  add_own(router);
  add_own_logins(router);
  add_roles(router);
  add_certificates(router);
  add_outposts(router);
  add_impersonation(router);
  add_explain(router);
  add_transactional(router);
  add_blueprints(router);
  add_schema(router);
}

}  // namespace postern::http
