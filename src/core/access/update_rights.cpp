#include "core/access/update_rights.h"

#include <algorithm>
#include <set>

namespace postern::core {
namespace {

// Walks up from the groups with these keys.
bool reaches_superuser(Transaction& transaction, const Value& groups) {
  std::set<std::string> seen;
  std::vector<std::string> open;
  const auto add = [&open](const Value& list) {
    if (!list.is_array()) return;
    for (const Value& pk : list.get_array()) {
      if (pk.is_string()) open.emplace_back(pk.get_string());
    }
  };
  add(groups);
  while (!open.empty()) {
    const std::string pk = std::move(open.back());
    open.pop_back();
    if (!seen.insert(pk).second) continue;
    const auto group = transaction.get(core::group_model(), Value(pk));
    if (!group) continue;
    if (group->at("is_superuser").as_bool()) return true;
    add(group->at("parents"));
  }
  return false;
}

// Groups that the user is in, nested ones included.
std::set<std::string> groups_of(Transaction& transaction, const Value& direct) {
  std::set<std::string> seen;
  std::vector<Value> open(direct.as_array().begin(), direct.as_array().end());
  while (!open.empty()) {
    const Value pk = std::move(open.back());
    open.pop_back();
    if (!seen.insert(std::string(pk.as_string())).second) continue;
    const auto group = transaction.get(core::group_model(), pk);
    if (!group) continue;
    for (const Value& parent : group->at("parents").as_array()) open.push_back(parent);
  }
  return seen;
}

bool has_role(const Object& role, UserId user, const std::set<std::string>& groups) {
  for (const Value& one : role.at("users").as_array()) {
    if (one == user) return true;
  }
  for (const Value& one : role.at("groups").as_array()) {
    if (groups.count(std::string(one.as_string())) != 0) return true;
  }
  return false;
}

void add_role_permissions(Transaction& transaction, const Object& user, UpdateRights& out) {
  const auto roles = transaction.find(*find_model("authentik_rbac.role"), {});
  if (roles.empty()) return;
  const auto groups = groups_of(transaction, user.at("groups"));
  for (const Object& role : roles) {
    if (!has_role(role, out.actor, groups)) continue;
    for (const Value& one : role.at("permissions").as_array()) {
      out.permissions.emplace_back(one.as_string());
    }
  }
}

// A user or group that a role belongs to, itself or through a parent, has power.
bool has_any_role(Transaction& transaction, const Object& user) {
  const auto roles = transaction.find(*find_model("authentik_rbac.role"), {});
  if (roles.empty()) return false;
  const auto groups = groups_of(transaction, user.at("groups"));
  const UserId pk = user.at("pk").to_number<UserId>();
  return std::any_of(roles.begin(), roles.end(),
                     [&](const Object& role) { return has_role(role, pk, groups); });
}

}  // namespace

bool UpdateRights::may(std::string_view permission) const noexcept {
  return superuser ||
         std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}

UpdateRights update_rights(Transaction& transaction, UserId actor) {
  UpdateRights out;
  out.actor = actor;
  const auto user = transaction.get(user_model(), Value(actor));
  if (!user || !user->at("is_active").as_bool()) return out;
  for (const Value& permission : user->at("permissions").as_array()) {
    if (permission.is_string()) out.permissions.emplace_back(permission.get_string());
  }
  add_role_permissions(transaction, *user, out);
  out.superuser = reaches_superuser(transaction, user->at("groups"));
  return out;
}

bool makes_superuser(Transaction& transaction, const Object& group) {
  if (group.at("is_superuser").as_bool() || reaches_superuser(transaction, group.at("parents"))) {
    return true;
  }
  boost::json::array start = group.at("parents").as_array();
  if (const Value* pk = group.if_contains("pk")) start.push_back(*pk);
  const auto lending = groups_of(transaction, start);
  for (const Object& role : transaction.find(*find_model("authentik_rbac.role"), {})) {
    if (has_role(role, 0, lending)) return true;
  }
  return false;
}

bool is_powerful(Transaction& transaction, const Object& user) {
  return !user.at("permissions").as_array().empty() || has_any_role(transaction, user) ||
         reaches_superuser(transaction, user.at("groups"));
}

}  // namespace postern::core
