#pragma once
// Whom grants of single objects and roles let search everything below one LDAP provider
// (authentik-core.md 1.5: `search_full_directory`). Fills `search_full` and `search_full_groups`,
// sorted and each once. A group that is not there (number 0) gets nothing. Thread: any.

#include <functional>
#include <string_view>
#include <vector>

#include "core/access/catalog.h"

namespace postern::core {

struct GrantRows {
  const boost::json::array& permissions;  // of users on single objects
  const std::vector<const boost::json::object*>& roles;
  const std::vector<const boost::json::object*>& role_objects;  // of roles on single objects
};

void add_search_grants(const GrantRows& rows,
                       const std::function<GroupNumber(std::string_view)>& group_number,
                       LdapProvider& provider);

}  // namespace postern::core
