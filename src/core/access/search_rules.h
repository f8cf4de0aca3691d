#pragma once
// Search rules of an LDAP provider, from attributes.postern:
//
//   search:                      # the first that fits decides
//     - group: NAME or uuid      # or user: NAME or pk, or bound: true, anonymous: true, anyone:
//     true
//       sees: nothing | self | own_groups | members | everything
//       with_members: true       # own_groups: also the users who are in these groups
//       groups: [NAME, ...]      # members, everything: no other group exists
//       attributes: [NAME, ...]  # no other attribute exists; @class stands for a class
//   search_default: nothing | self | own_groups | members | everything   (for who has bound)
//
// Names are looked up whenever groups change; a group that is not there fits nobody. A client that
// has not bound is fitted by `anonymous` and `anyone` alone. Thread: pure.

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

#include "core/access/search_right.h"
#include "core/model/login_record.h"

namespace postern::core {

struct SearchRule {
  enum class Who : std::uint8_t { anyone, anonymous, bound, user, group } who = Who::bound;
  UserId user = 0;       // by pk,
  std::string username;  // or by name
  std::string group_name;
  GroupNumber group = 0;                 // 0 = not there
  std::vector<std::string> group_names;  // of right.groups
  SearchRight right;
};

struct SearchRules {
  std::vector<SearchRule> list;
  SearchRight otherwise = SearchRight::of(Sees::own_groups);

  SearchRight of_user(const LoginRecord& record) const;
  SearchRight of_anonymous() const;
};

// From the settings under `postern`. What is wrong and what is allowed, else nullopt. Numbers of
// groups are not filled in yet. After an error `rules` shows nothing to anybody.
std::optional<std::string> read_search_rules(const boost::json::object& settings,
                                             SearchRules& rules);

}  // namespace postern::core
