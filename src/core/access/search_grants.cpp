#include "core/access/search_grants.h"

#include <algorithm>
#include <string>

#include "core/access/permission.h"
#include "core/access/stored_fields.h"

namespace postern::core {
namespace {

namespace json = boost::json;
constexpr std::string_view kLdapProvider = "authentik_providers_ldap.ldapprovider";

// Whether the grant is the one to search all of this provider.
bool grants_search(const json::object& grant, const std::string& provider) {
  return key_text(member(grant, "object")) == provider &&
         text_of(grant, "permission") == kSearchFullDirectory &&
         text_of(grant, "model") == kLdapProvider;
}

bool role_grants_search(const GrantRows& rows, const json::object& role,
                        const std::string& provider) {
  if (holds(role, "permissions", kSearchFullDirectory)) return true;
  const std::string pk = key_text(member(role, "pk"));
  return std::any_of(rows.role_objects.begin(), rows.role_objects.end(),
                     [&](const json::object* grant) {
                       return text_of(*grant, "role") == pk && grants_search(*grant, provider);
                     });
}

template <typename Key>
void sort_unique(std::vector<Key>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace

void add_search_grants(const GrantRows& rows,
                       const std::function<GroupNumber(std::string_view)>& group_number,
                       LdapProvider& provider) {
  const std::string pk = std::to_string(provider.pk);
  for (const json::value& item : rows.permissions) {
    const json::object* grant = item.if_object();
    if (grant == nullptr || !grants_search(*grant, pk)) continue;
    const UserId user = integer_of(*grant, "user", 0);
    if (user > 0) provider.search_full.push_back(user);
  }
  for (const json::object* role : rows.roles) {
    if (!role_grants_search(rows, *role, pk)) continue;
    for (const json::value& user : role->at("users").as_array()) {
      provider.search_full.push_back(user.to_number<UserId>());
    }
    for (const json::value& group : role->at("groups").as_array()) {
      const GroupNumber number = group_number(key_text(&group));
      if (number != 0) provider.search_full_groups.push_back(number);
    }
  }
  sort_unique(provider.search_full);
  sort_unique(provider.search_full_groups);
}

}  // namespace postern::core
