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

// Deleting cascades, so nothing is named here that would have to go first.
Response used_by(Context& context, const Resource& resource) {
  if (!find_addressed(context, resource)) return detail(404, "Not found.");
  return json_response(200, boost::json::array());
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
  const bool admins = resource.rights == Resource::Rights::superuser;
  const Door read = admins ? Door::superuser : Door::user;
  const Door write = resource.rights == Resource::Rights::owner ? Door::user : Door::superuser;
  const auto has = [&](Resource::Method method) { return (resource.methods & method) != 0; };
  if (has(Resource::kList)) add(router, "GET", all, read, resource, &list_objects);
  if (has(Resource::kCreate)) add(router, "POST", all, write, resource, &create_object);
  if (has(Resource::kRead)) {
    add(router, "GET", one, read, resource, &read_object);
    add(router, "GET", one + "used_by/", read, resource, &used_by);
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
  add_policies(router);
  add_sessions(router);
  add_devices(router);
  add_events(router);
  add_system(router);
  add_own(router);
}

}  // namespace postern::http
