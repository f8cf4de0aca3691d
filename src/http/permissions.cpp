#include "http/permissions.h"

#include <algorithm>

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::size_t kMost = 10'000;

core::ListQuery everything() {
  core::ListQuery query;
  query.limit = kMost;
  return query;
}

std::set<std::string, std::less<>> groups_of(const Context& context) {
  std::set<std::string, std::less<>> out;
  if (context.who.record.groups.empty()) return out;
  core::ListQuery query = everything();
  core::Where where{"num_pk", core::Where::Is::in, {}};
  for (const core::GroupNumber number : context.who.record.groups)
    where.values.emplace_back(number);
  query.where.push_back(std::move(where));
  for (const Object& group : context.services.store.list(core::group_model(), query)) {
    out.emplace(group.at("pk").as_string());
  }
  return out;
}

bool has_role(const Object& role, core::UserId user,
              const std::set<std::string, std::less<>>& groups) {
  for (const Value& one : role.at("users").as_array()) {
    if (one == user) return true;
  }
  for (const Value& one : role.at("groups").as_array()) {
    if (groups.contains(std::string_view(one.as_string()))) return true;
  }
  return false;
}

void add_texts(const Value& list, std::set<std::string, std::less<>>& out) {
  for (const Value& one : list.as_array()) out.emplace(one.as_string());
}

Permissions load(const Context& context) {
  Permissions out;
  const core::UserId user = context.who.user();
  core::Store& store = context.services.store;
  const auto stored = user == 0 ? std::nullopt : store.load_user(user);
  if (!stored) return out;
  out.general.insert(stored->permissions.begin(), stored->permissions.end());
  const auto roles = store.list(*core::find_model("authentik_rbac.role"), everything());
  if (roles.empty()) return out;
  const auto groups = groups_of(context);
  core::Where mine{"role", core::Where::Is::in, {}};
  for (const Object& role : roles) {
    if (!has_role(role, user, groups)) continue;
    add_texts(role.at("permissions"), out.general);
    mine.values.push_back(role.at("pk"));
  }
  if (mine.values.empty()) return out;
  core::ListQuery query = everything();
  query.where.push_back(std::move(mine));
  for (const Object& grant :
       store.list(*core::find_model("authentik_rbac.roleobjectpermission"), query)) {
    out.grants.push_back({std::string(grant.at("permission").as_string()),
                          std::string(grant.at("model").as_string()),
                          std::string(grant.at("object").as_string())});
  }
  return out;
}

}  // namespace

const Permissions& permissions_of(const Context& context) {
  if (!context.permissions)
    context.permissions = std::make_shared<const Permissions>(load(context));
  return *context.permissions;
}

bool may(const Context& context, std::string_view permission) {
  return context.who.superuser() || permissions_of(context).general.contains(permission);
}

bool may(const Context& context, std::string_view permission, std::string_view model,
         std::string_view object) {
  if (may(context, permission)) return true;
  const auto& grants = permissions_of(context).grants;
  return std::ranges::any_of(grants, [&](const Permissions::Grant& grant) {
    return grant.permission == permission && grant.model == model && grant.object == object;
  });
}

std::vector<std::string> granted_objects(const Context& context, std::string_view permission,
                                         std::string_view model) {
  std::vector<std::string> out;
  for (const Permissions::Grant& grant : permissions_of(context).grants) {
    if (grant.permission == permission && grant.model == model) out.push_back(grant.object);
  }
  return out;
}

std::string pk_text(const Value& pk) {
  return pk.is_string() ? std::string(pk.get_string())
                        : std::to_string(pk.to_number<std::int64_t>());
}

Response not_permitted() {
  return detail(403, "You do not have permission to perform this action.");
}

}  // namespace postern::http
