// rbac/*: roles, the permissions there are, and who holds them on what. Reading follows the
// permissions of the role model, writing is the superusers': who may write roles may everything.

#include <algorithm>
#include <charconv>

#include "core/access/permission_list.h"
#include "core/uuid.h"
#include "http/api/objects_in_one.h"
#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::PermissionInfo;
using core::Value;
using Use = ApiField::Use;

constexpr std::string_view kViewRole = "authentik_rbac.view_role";

std::optional<Response> superusers_only(const Context&, const Object*, const Object*) {
  return not_permitted();
}

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "name", .required = true},
};
constexpr ApiFilter kFilters[] = {
    {"name", "name"},
    {"users", "users", ApiFilter::Op::linked},
    {"groups", "groups", ApiFilter::Op::linked},
};
constexpr std::string_view kSearch[] = {"name"};
const Resource kRoleResource{
    .path = "rbac/roles",
    .model = "authentik_rbac.role",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "name",
    .guard = &superusers_only,
};
const core::Model& grant_model() {
  return *core::find_model("authentik_rbac.roleobjectpermission");
}

std::int64_t number_of(const PermissionInfo& permission) {
  return &permission - core::all_permissions().data() + 1;
}

// A number for a row that has a UUID: its first 48 bits.
std::int64_t number_of(const Object& row) {
  std::string digits(row.at("pk").as_string());
  std::erase(digits, '-');
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + 12, number, 16);
  return number;
}

std::string_view model_part(const PermissionInfo& one) {
  return std::string_view(one.model).substr(one.model.find('.') + 1);
}

Object shown(const PermissionInfo& one) {
  return {{"id", number_of(one)},
          {"name", one.label},
          {"codename", one.codename()},
          {"model", model_part(one)},
          {"app_label", one.app()},
          {"app_label_verbose", one.app()},
          {"model_verbose", model_part(one)}};
}

Object short_form(const PermissionInfo& one) {
  return {{"id", number_of(one)},
          {"codename", one.codename()},
          {"model", model_part(one)},
          {"app_label", one.app()},
          {"name", one.label}};
}

bool asked_for(const Context& context, std::string_view parameter, std::string_view value) {
  const std::string* wanted = context.query.find(parameter);
  return wanted == nullptr || wanted->empty() || *wanted == value;
}

std::optional<Object> role_of(const Context& context, std::string_view pk) {
  if (!core::is_uuid(pk)) return std::nullopt;
  core::ListQuery query;
  query.equals["pk"] = pk;
  query.limit = 1;
  auto rows = context.services.store.list(model_of(kRoleResource), query);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

bool holds(const Object& role, std::string_view permission) {
  return std::ranges::any_of(role.at("permissions").as_array(), [permission](const Value& one) {
    return std::string_view(one.as_string()) == permission;
  });
}

Response list_permissions(Context& context) {
  std::optional<Object> role;
  if (const std::string* wanted = context.query.find("role"); wanted && !wanted->empty()) {
    role = role_of(context, *wanted);
    if (!role) return field_error("role", "Select a valid choice.");
  }
  const std::string* search = context.query.find("search");
  boost::json::array out;
  for (const PermissionInfo& one : core::all_permissions()) {
    if (!asked_for(context, "codename", one.codename())) continue;
    if (!asked_for(context, "content_type__app_label", one.app())) continue;
    if (!asked_for(context, "content_type__model", model_part(one))) continue;
    if (role && !holds(*role, one.name)) continue;
    const bool found = search == nullptr || one.name.find(*search) != std::string::npos ||
                       one.label.find(*search) != std::string::npos;
    if (found) out.push_back(shown(one));
  }
  return page_from(context, out);
}

Response read_permission(Context& context) {
  const std::string_view text = context.param("key");
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  const auto all = core::all_permissions();
  if (number == 0 || number > all.size()) return detail(404, "Not found.");
  return json_response(200, shown(all[number - 1]));
}

std::vector<Object> grants_where(const Context& context, const Object& equals) {
  core::ListQuery query;
  query.equals = equals;
  query.limit = 10'000;
  return context.services.store.list(grant_model(), query);
}

Object shown_grant(const Object& grant) {
  const PermissionInfo* info = core::find_permission(grant.at("permission").as_string());
  Object out = info == nullptr ? Object() : short_form(*info);
  out["id"] = number_of(grant);
  out["object_pk"] = grant.at("object");
  return out;
}

// Who holds what of a model, and of one of its objects when that is named.
Response assigned_by_roles(Context& context) {
  const std::string* model = context.query.find("model");
  if (model == nullptr || model->empty()) return field_error("model", "This field is required.");
  const std::string* object = context.query.find("object_pk");
  Object wanted{{"model", *model}};
  if (object != nullptr && !object->empty()) wanted["object"] = *object;
  const auto grants = grants_where(context, wanted);
  core::ListQuery query;
  query.order = "name";
  query.limit = 10'000;
  boost::json::array out;
  for (const Object& role : context.services.store.list(model_of(kRoleResource), query)) {
    boost::json::array single, general;
    for (const Object& grant : grants) {
      if (grant.at("role") == role.at("pk")) single.push_back(shown_grant(grant));
    }
    for (const Value& name : role.at("permissions").as_array()) {
      const PermissionInfo* info = core::find_permission(name.as_string());
      if (info != nullptr && info->model == *model) general.push_back(short_form(*info));
    }
    if (single.empty() && general.empty()) continue;
    out.push_back(Object{{"role_pk", role.at("pk")},
                         {"name", role.at("name")},
                         {"object_permissions", std::move(single)},
                         {"model_permissions", std::move(general)}});
  }
  return page_from(context, out);
}

Response grants_of_role(Context& context) {
  const std::string* uuid = context.query.find("uuid");
  if (uuid == nullptr || !role_of(context, *uuid)) {
    return field_error("uuid", "Select a valid choice.");
  }
  boost::json::array out;
  for (const Object& grant : grants_where(context, {{"role", *uuid}})) {
    const PermissionInfo* info = core::find_permission(grant.at("permission").as_string());
    if (info == nullptr) continue;
    Object one = shown_grant(grant);
    one["app_label_verbose"] = info->app();
    one["model_verbose"] = model_part(*info);
    one["object_description"] = nullptr;
    out.push_back(std::move(one));
  }
  return page_from(context, out);
}

struct Assignment {
  std::vector<const PermissionInfo*> permissions;
  std::string model, object;  // "" = all objects
};

std::optional<Response> read_assignment(const Object& body, Assignment& out) {
  const Value* list = body.if_contains("permissions");
  if (list == nullptr) return field_error("permissions", "This field is required.");
  if (!list->is_array()) return field_error("permissions", "Expected a list of items.");
  for (const Value& one : list->get_array()) {
    const PermissionInfo* info =
        one.is_string() ? core::find_permission(one.get_string()) : nullptr;
    if (info == nullptr) return field_error("permissions", "There is no such permission.");
    out.permissions.push_back(info);
  }
  const auto text = [&body](std::string_view name) {
    const Value* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return std::string();
    return value->is_string() ? std::string(value->get_string()) : pk_text(*value);
  };
  if (const Value* pk = body.if_contains("object_pk");
      pk != nullptr && !pk->is_string() && !pk->is_int64() && !pk->is_null()) {
    return field_error("object_pk", "Not a valid string.");
  }
  if (const Value* model = body.if_contains("model");
      model != nullptr && !model->is_string() && !model->is_null()) {
    return field_error("model", "Not a valid string.");
  }
  out.model = text("model");
  out.object = text("object_pk");
  if (!out.object.empty() && core::find_model(out.model) == nullptr) {
    return field_error("model", "There is no such model.");
  }
  for (const PermissionInfo* info : out.permissions) {
    if (!out.object.empty() && info->model != out.model) {
      return field_error("permissions", "A permission is not one on this model.");
    }
  }
  return std::nullopt;
}

core::Outcome<core::Written> change_general(core::Objects& objects, const Object& role,
                                            const Assignment& wanted, bool add) {
  boost::json::array kept;
  for (const Value& name : role.at("permissions").as_array()) {
    const bool named = std::ranges::any_of(wanted.permissions, [&name](const PermissionInfo* info) {
      return std::string_view(name.as_string()) == info->name;
    });
    if (!named) kept.push_back(name);
  }
  if (add) {
    for (const PermissionInfo* info : wanted.permissions) kept.emplace_back(info->name);
  }
  return objects.update(model_of(kRoleResource), role.at("pk"), {{"permissions", kept}});
}

core::Outcome<core::Written> change_grants(core::Transaction& transaction, core::Objects& objects,
                                           const Object& role, const Assignment& wanted, bool add) {
  core::Written last;
  for (const PermissionInfo* info : wanted.permissions) {
    const Object grant{{"role", role.at("pk")},
                       {"permission", info->name},
                       {"model", wanted.model},
                       {"object", wanted.object}};
    const auto there = transaction.find(grant_model(), grant, 1);
    if (add && there.empty()) {
      auto made = objects.create(grant_model(), grant);
      if (!made) return made;
      last = *made;
    } else if (!add && !there.empty()) {
      transaction.erase(grant_model(), there.front().at("pk"));
    }
  }
  return last;
}

Response change_assignment(Context& context, bool add) {
  const auto role = role_of(context, context.param("key"));
  if (!role) return detail(404, "Not found.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  Assignment wanted;
  if (auto bad = read_assignment(*body, wanted)) return *std::move(bad);
  const auto done = in_one(context, [&](core::Transaction& transaction, core::Objects& objects) {
    return wanted.object.empty() ? change_general(objects, *role, wanted, add)
                                 : change_grants(transaction, objects, *role, wanted, add);
  });
  if (!done) return error_response(done.error());
  boost::json::array names, ids;
  for (const PermissionInfo* info : wanted.permissions) {
    names.emplace_back(info->name);
    ids.push_back(Object{{"id", std::to_string(number_of(*info))}});
  }
  record_event(context, "model_updated",
               {{"model", kRoleResource.model},
                {"pk", role->at("pk")},
                {"name", role->at("name")},
                {add ? "granted" : "revoked", names},
                {"object", wanted.object}});
  return add ? json_response(200, ids) : no_content();
}

Response change_member(Context& context, bool add) {
  const auto role = role_of(context, context.param("key"));
  if (!role) return detail(404, "Not found.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* pk = body->if_contains("pk");
  if (pk == nullptr) return field_error("pk", "This field is required.");
  if (!pk->is_int64()) return field_error("pk", "A valid integer is required.");
  if (!context.services.store.load_user(pk->get_int64())) return detail(404, "Not found.");
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    boost::json::array members = role->at("users").as_array();
    const auto at = std::ranges::find(members, *pk);
    if (add && at == members.end()) members.push_back(*pk);
    if (!add && at != members.end()) members.erase(at);
    return objects.update(model_of(kRoleResource), role->at("pk"), {{"users", members}});
  });
  if (!done) return error_response(done.error());
  record_event(context, "model_updated",
               {{"model", kRoleResource.model},
                {"pk", role->at("pk")},
                {"name", role->at("name")},
                {add ? "added" : "removed", *pk}});
  return no_content();
}

}  // namespace

void add_roles(Router& router) {
  const std::string base = "/api/v3/rbac/permissions/";
  const auto readable = [&](const std::string& path, Handler act) {
    router.add("GET", path, Door::user, [act = std::move(act)](Context& context) {
      return may(context, kViewRole) ? act(context) : not_permitted();
    });
  };
  readable(base, &list_permissions);
  readable(base + "{key:int}/", &read_permission);
  readable(base + "assigned_by_roles/", &assigned_by_roles);
  readable(base + "roles/", &grants_of_role);
  router.add("POST", base + "assigned_by_roles/{key:uuid}/assign/", Door::superuser,
             [](Context& context) { return change_assignment(context, true); });
  router.add("PATCH", base + "assigned_by_roles/{key:uuid}/unassign/", Door::superuser,
             [](Context& context) { return change_assignment(context, false); });
  router.add("POST", "/api/v3/rbac/roles/{key:uuid}/add_user/", Door::superuser,
             [](Context& context) { return change_member(context, true); });
  router.add("POST", "/api/v3/rbac/roles/{key:uuid}/remove_user/", Door::superuser,
             [](Context& context) { return change_member(context, false); });
  add_resource(router, kRoleResource);
}

}  // namespace postern::http
