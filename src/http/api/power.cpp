#include "http/api/power.h"

#include <algorithm>
#include <set>

#include "core/uuid.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

const core::Model& role_model() { return *core::find_model("authentik_rbac.role"); }

std::optional<Object> group_of(const Context& context, const Value& pk) {
  core::ListQuery query;
  query.equals["pk"] = pk;
  query.limit = 1;
  auto rows = context.services.store.list(core::group_model(), query);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

bool any_lends(const Context& context, const Value& groups) {
  if (!groups.is_array()) return false;
  return std::ranges::any_of(groups.get_array(),
                             [&](const Value& pk) { return lends_power(context, pk); });
}

bool contains(const Value& list, const Value& one) {
  return list.is_array() && std::ranges::find(list.get_array(), one) != list.get_array().end();
}

}  // namespace

bool lends_power(const Context& context, const Value& group) {
  std::vector<Value> open{group};
  std::set<std::string> seen;
  while (!open.empty()) {
    const Value pk = std::move(open.back());
    open.pop_back();
    if (!pk.is_string() || !seen.insert(std::string(pk.get_string())).second) continue;
    const auto stored = group_of(context, pk);
    if (!stored) continue;
    if (stored->at("is_superuser").as_bool()) return true;
    if (!roles_with(context, "groups", pk).empty()) return true;
    for (const Value& parent : stored->at("parents").as_array()) open.push_back(parent);
  }
  return false;
}

bool has_power(const Context& context, const Object& user) {
  return !user.at("permissions").as_array().empty() ||
         !roles_with(context, "users", user.at("pk")).empty() ||
         any_lends(context, user.at("groups"));
}

std::optional<Response> guard_user(const Context& context, const Object* attrs,
                                   const Object* stored) {
  if (stored != nullptr && has_power(context, *stored)) return not_permitted();
  if (attrs == nullptr) return std::nullopt;
  if (const Value* roles = attrs->if_contains("roles");
      roles != nullptr && !(roles->is_array() && roles->get_array().empty())) {
    return not_permitted();
  }
  if (const Value* groups = attrs->if_contains("groups"); groups != nullptr) {
    if (any_lends(context, *groups)) return not_permitted();
  }
  return std::nullopt;
}

std::optional<Response> guard_group(const Context& context, const Object* attrs,
                                    const Object* stored) {
  if (stored != nullptr && lends_power(context, stored->at("pk"))) return not_permitted();
  if (attrs == nullptr) return std::nullopt;
  const Value* superuser = attrs->if_contains("is_superuser");
  if (superuser != nullptr && *superuser != false) return not_permitted();
  const Value* roles = attrs->if_contains("roles");
  if (roles != nullptr && !(roles->is_array() && roles->get_array().empty())) {
    return not_permitted();
  }
  const Value* parents = attrs->if_contains("parents");
  if (parents != nullptr && any_lends(context, *parents)) return not_permitted();
  return std::nullopt;
}

std::vector<Object> roles_with(const Context& context, std::string_view side, const Value& pk) {
  core::ListQuery query;
  query.where.push_back({std::string(side), core::Where::Is::linked, {pk}});
  query.order = "name";
  query.limit = 1000;
  return context.services.store.list(role_model(), query);
}

std::optional<Response> take_roles(Context& context, Object& attrs) {
  const Value* given = attrs.if_contains("roles");
  if (given == nullptr) return std::nullopt;
  const Value roles = *given;
  attrs.erase("roles");
  if (!roles.is_array()) return field_error("roles", "Expected a list of items.");
  for (const Value& role : roles.get_array()) {
    core::ListQuery query;
    query.limit = 1;
    query.equals["pk"] = role;
    const bool known = role.is_string() && core::is_uuid(role.get_string()) &&
                       context.services.store.count(role_model(), query) == 1;
    if (!known) return field_error("roles", "Invalid pk - object does not exist.");
  }
  context.aside["roles"] = roles;
  return std::nullopt;
}

void write_taken_roles(const Context& context, core::Transaction& transaction,
                       std::string_view side, const Value& pk) {
  const Value* taken = context.aside.if_contains("roles");
  if (taken == nullptr) return;
  const Value& roles = *taken;
  core::Objects objects(transaction, context.services.tools);
  for (const Object& role : transaction.find(role_model(), {})) {
    boost::json::array members = role.at(side).as_array();
    const bool is = std::ranges::find(members, pk) != members.end();
    const bool wanted = contains(roles, role.at("pk"));
    if (is == wanted) continue;
    if (wanted) {
      members.push_back(pk);
    } else {
      members.erase(std::ranges::find(members, pk));
    }
    const auto done = objects.update(role_model(), role.at("pk"), {{side, members}});
    if (!done) throw core::StoreError(core::StoreError::Kind::other, done.error().message);
    record_event(context, "model_updated",
                 {{"model", role_model().name},
                  {"pk", role.at("pk")},
                  {"name", role.at("name")},
                  {wanted ? "added" : "removed", pk},
                  {"side", side}});
  }
}

Value role_keys(const std::vector<Object>& roles) {
  boost::json::array out;
  for (const Object& role : roles) out.push_back(role.at("pk"));
  return out;
}

Value role_objects(const std::vector<Object>& roles) {
  boost::json::array out;
  for (const Object& role : roles) {
    out.push_back(Object{{"pk", role.at("pk")}, {"name", role.at("name")}});
  }
  return out;
}

bool may_reset(const Context& context, const core::Object& user) {
  return may(context, "authentik_core.reset_user_password", kUserResource.model,
             pk_text(user.at("pk"))) &&
         (context.who.superuser() || !has_power(context, user));
}

}  // namespace postern::http
