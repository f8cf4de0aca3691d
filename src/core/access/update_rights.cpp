#include "core/access/update_rights.h"

#include <algorithm>
#include <set>

namespace postern::core {
namespace {

const Model& group_model() { return *find_model("authentik_core.group"); }

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
    const auto group = transaction.get(group_model(), Value(pk));
    if (!group) continue;
    if (group->at("is_superuser").as_bool()) return true;
    add(group->at("parents"));
  }
  return false;
}

}  // namespace

bool UpdateRights::may(std::string_view permission) const noexcept {
  return superuser ||
         std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}

UpdateRights update_rights(Transaction& transaction, UserId actor) {
  UpdateRights out;
  out.actor = actor;
  const auto user = transaction.get(*find_model("authentik_core.user"), Value(actor));
  if (!user || !user->at("is_active").as_bool()) return out;
  for (const Value& permission : user->at("permissions").as_array()) {
    if (permission.is_string()) out.permissions.emplace_back(permission.get_string());
  }
  out.superuser = reaches_superuser(transaction, user->at("groups"));
  return out;
}

bool makes_superuser(Transaction& transaction, const Object& group) {
  return group.at("is_superuser").as_bool() || reaches_superuser(transaction, group.at("parents"));
}

bool is_powerful(Transaction& transaction, const Object& user) {
  return !user.at("permissions").as_array().empty() ||
         reaches_superuser(transaction, user.at("groups"));
}

}  // namespace postern::core
