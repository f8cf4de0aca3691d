// core/groups: groups, their members one by one.

#include <algorithm>

#include "http/api/objects_in_one.h"
#include "http/api/power.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;
using Op = ApiFilter::Op;

bool wanted(const Showing& showing, std::string_view name, bool fallback) {
  const std::string* text = showing.context.query.find(name);
  return text == nullptr ? fallback : *text == "true";
}

Object related_group(const Object& group) {
  return {{"pk", group.at("pk")},
          {"name", group.at("name")},
          {"is_superuser", group.at("is_superuser")},
          {"attributes", group.at("attributes")}};
}

Value show_users(Showing& showing, const Object& group) {
  if (!wanted(showing, "include_users", true)) return nullptr;
  boost::json::array out;
  for (const Value& pk : group.at("users").as_array()) {
    const Object* user = showing.related("authentik_core.user", pk);
    if (user != nullptr) out.push_back(partial_user(showing, *user));
  }
  return out;
}

Value show_parents(Showing& showing, const Object& group) {
  if (!wanted(showing, "include_parents", false)) return nullptr;
  boost::json::array out;
  for (const Value& pk : group.at("parents").as_array()) {
    const Object* parent = showing.related("authentik_core.group", pk);
    if (parent != nullptr) out.push_back(related_group(*parent));
  }
  return out;
}

std::vector<Object> children_of(const Showing& showing, const Object& group) {
  core::ListQuery query;
  query.where.push_back({"parents", core::Where::Is::linked, {group.at("pk")}});
  query.limit = 10'000;
  return showing.context.services.store.list(core::group_model(), query);
}

Value show_children(Showing& showing, const Object& group) {
  boost::json::array out;
  for (const Object& child : children_of(showing, group)) out.push_back(child.at("pk"));
  return out;
}

Value show_children_objects(Showing& showing, const Object& group) {
  if (!wanted(showing, "include_children", false)) return nullptr;
  boost::json::array out;
  for (const Object& child : children_of(showing, group)) out.push_back(related_group(child));
  return out;
}

std::vector<Object> roles_of(Showing& showing, const Object& group) {
  std::vector<Object> out;
  for (const Object& role : showing.all("authentik_rbac.role")) {
    const boost::json::array& groups = role.at("groups").as_array();
    if (std::ranges::find(groups, group.at("pk")) != groups.end()) out.push_back(role);
  }
  return out;
}

Value show_role_keys(Showing& showing, const Object& group) {
  return role_keys(roles_of(showing, group));
}

Value show_role_objects(Showing& showing, const Object& group) {
  return role_objects(roles_of(showing, group));
}

std::optional<Response> check_group_attrs(Context& context, Object& attrs, const Object*) {
  return take_roles(context, attrs);
}

void write_along(Context& context, core::Transaction& transaction, const Value& pk, const Object*,
                 const Object&, const core::Written&) {
  write_taken_roles(context, transaction, "groups", pk);
}

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "num_pk", .use = Use::read},
    {.name = "name", .required = true},
    {.name = "is_superuser"},
    {.name = "parents"},
    {.name = "parents_obj", .use = Use::read, .show = &show_parents},
    {.name = "users"},
    {.name = "users_obj", .use = Use::read, .show = &show_users},
    {.name = "attributes"},
    {.name = "roles", .show = &show_role_keys},
    {.name = "roles_obj", .use = Use::read, .show = &show_role_objects},
    {.name = "inherited_roles_obj", .use = Use::read, .show = &show_empty_list},
    {.name = "children", .use = Use::read, .show = &show_children},
    {.name = "children_obj", .use = Use::read, .show = &show_children_objects},
};
constexpr ApiFilter kFilters[] = {
    {"name", "name"},
    {"is_superuser", "is_superuser"},
    {"members_by_username", "users", Op::linked_named},
    {"members_by_pk", "users", Op::linked},
    {"attributes", "attributes", Op::contains},
};
constexpr std::string_view kSearch[] = {"name"};

Response change_member(Context& context, bool add) {
  const auto group = find_addressed(context, kGroupResource);
  if (!group) return context.who.superuser() ? detail(404, "Not found.") : not_permitted();
  const std::string_view act =
      add ? "authentik_core.add_user_to_group" : "authentik_core.remove_user_from_group";
  const bool allowed = may(context, act, kGroupResource.model, pk_text(group->at("pk"))) &&
                       (context.who.superuser() || !lends_power(context, group->at("pk")));
  if (!allowed) return not_permitted();
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* pk = body->if_contains("pk");
  if (pk == nullptr) return field_error("pk", "This field is required.");
  if (!pk->is_int64()) return field_error("pk", "A valid integer is required.");
  const auto done = in_one(
      context,
      [&](core::Transaction& transaction, core::Objects& objects) -> core::Outcome<core::Written> {
        const core::Model& users = core::user_model();
        if (!transaction.get(users, *pk)) {
          return core::Error{core::Error::Kind::not_found, "", "Not found."};
        }
        const auto now = transaction.get(model_of(kGroupResource), group->at("pk"));
        if (!now) return core::Error{core::Error::Kind::not_found, "", "Not found."};
        boost::json::array members = now->at("users").as_array();
        const auto at = std::ranges::find(members, *pk);
        if (add && at == members.end()) members.push_back(*pk);
        if (!add && at != members.end()) members.erase(at);
        return objects.update(model_of(kGroupResource), group->at("pk"), {{"users", members}});
      });
  if (!done) return error_response(done.error());
  if (done->changed()) {
    record_event(context, "model_updated",
                 {{"model", kGroupResource.model},
                  {"pk", group->at("pk")},
                  {"name", group->at("name")},
                  {add ? "added" : "removed", *pk}});
  }
  return no_content();
}

}  // namespace

const Resource kGroupResource{
    .path = "core/groups",
    .model = "authentik_core.group",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "name",
    .check = &check_group_attrs,
    .along = &write_along,
    .guard = &guard_group,
};

void add_groups(Router& router) {
  router.add("POST", "/api/v3/core/groups/{key:uuid}/add_user/", Door::user,
             [](Context& context) { return change_member(context, true); });
  router.add("POST", "/api/v3/core/groups/{key:uuid}/remove_user/", Door::user,
             [](Context& context) { return change_member(context, false); });
  add_resource(router, kGroupResource);
}

}  // namespace postern::http
