#include "core/access/search_rules.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/access/stored_fields.h"

namespace postern::core {
namespace {

namespace json = boost::json;
using Problem = std::optional<std::string>;

constexpr std::size_t kMaxRules = 100;
constexpr std::size_t kMaxNames = 1000;
constexpr std::string_view kRoles = "nothing, self, own_groups, members, everything";
constexpr std::string_view kKeys =
    "group, user, bound, anonymous, anyone, sees, with_members, groups, attributes";

std::string_view view_of(const json::string& text) noexcept { return {text.data(), text.size()}; }

std::optional<Sees> role_named(const json::value& value) {
  constexpr std::array<std::pair<std::string_view, Sees>, 5> kNamed{
      {{"nothing", Sees::nothing},
       {"self", Sees::self},
       {"own_groups", Sees::own_groups},
       {"members", Sees::members},
       {"everything", Sees::everything}}};
  const json::string* text = value.if_string();
  if (text == nullptr) return std::nullopt;
  for (const auto& [name, role] : kNamed) {
    if (view_of(*text) == name) return role;
  }
  return std::nullopt;
}

// A name, an OID or @class, without options.
bool is_attribute(std::string_view text) {
  if (!text.empty() && text.front() == '@') text.remove_prefix(1);
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
}

class RuleReader {
 public:
  RuleReader(std::size_t index, SearchRule& rule)
      : where_("attributes.postern.search[" + std::to_string(index) + "]"), rule_(rule) {}

  Problem read(const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr) return where_ + " must be a mapping of " + std::string(kKeys);
    for (const json::key_value_pair& item : *object) {
      if (auto wrong = take(std::string_view(item.key().data(), item.key().size()), item.value()))
        return wrong;
    }
    return complete();
  }

 private:
  Problem wrong(std::string_view key, std::string_view allowed) const {
    return where_ + "." + std::string(key) + " must be " + std::string(allowed);
  }

  Problem take(std::string_view key, const json::value& value) {
    if (key == "group") return take_group(value);
    if (key == "user") return take_user(value);
    if (key == "bound") return take_flag(key, value, SearchRule::Who::bound);
    if (key == "anonymous") return take_flag(key, value, SearchRule::Who::anonymous);
    if (key == "anyone") return take_flag(key, value, SearchRule::Who::anyone);
    if (key == "sees") {
      const auto role = role_named(value);
      if (!role) return wrong(key, "one of " + std::string(kRoles));
      rule_.right.sees = *role;
      sees_ = true;
      return {};
    }
    if (key == "with_members") {
      if (!value.is_bool()) return wrong(key, "true or false");
      rule_.right.with_members = value.get_bool();
      return {};
    }
    if (key == "groups") return take_groups(value);
    if (key == "attributes") return take_attributes(value);
    return where_ + "." + std::string(key) + " is unknown, allowed are " + std::string(kKeys);
  }

  void who(SearchRule::Who one) {
    rule_.who = one;
    ++subjects_;
  }

  Problem take_group(const json::value& value) {
    const json::string* text = value.if_string();
    if (text == nullptr || text->empty()) return wrong("group", "the name or uuid of a group");
    rule_.group_name = view_of(*text);
    who(SearchRule::Who::group);
    return {};
  }

  Problem take_user(const json::value& value) {
    const json::string* text = value.if_string();
    if (text != nullptr && !text->empty()) {
      rule_.username = view_of(*text);
    } else if (value.is_int64() && value.get_int64() > 0) {
      rule_.user = value.get_int64();
    } else {
      return wrong("user", "the name or pk of a user");
    }
    who(SearchRule::Who::user);
    return {};
  }

  Problem take_flag(std::string_view key, const json::value& value, SearchRule::Who one) {
    const bool* flag = value.if_bool();
    if (flag == nullptr || !*flag) return wrong(key, "true (or left out)");
    who(one);
    return {};
  }

  Problem take_groups(const json::value& value) {
    auto names = texts(value);
    if (!names) return wrong("groups", "a list of names or uuids of groups");
    rule_.group_names = std::move(*names);
    rule_.right.groups = std::make_shared<const std::vector<GroupNumber>>();
    return {};
  }

  Problem take_attributes(const json::value& value) {
    auto names = texts(value);
    if (!names || !std::all_of(names->begin(), names->end(), is_attribute)) {
      return wrong("attributes", "a list of attribute names, OIDs or @classes");
    }
    rule_.right.attributes = std::make_shared<const std::vector<std::string>>(std::move(*names));
    return {};
  }

  static std::optional<std::vector<std::string>> texts(const json::value& value) {
    const json::array* list = value.if_array();
    if (list == nullptr || list->empty() || list->size() > kMaxNames) return std::nullopt;
    std::vector<std::string> out;
    for (const json::value& item : *list) {
      const json::string* text = item.if_string();
      if (text == nullptr || text->empty()) return std::nullopt;
      out.emplace_back(view_of(*text));
    }
    return out;
  }

  Problem complete() const {
    const Sees sees = rule_.right.sees;
    if (subjects_ != 1) {
      return where_ + " must name exactly one of group, user, bound, anonymous and anyone";
    }
    if (!sees_) return where_ + ".sees is missing, allowed are " + std::string(kRoles);
    if (rule_.right.with_members && sees != Sees::own_groups) {
      return where_ + ".with_members goes with sees: own_groups only";
    }
    if (rule_.right.groups != nullptr && sees != Sees::members && sees != Sees::everything) {
      return where_ + ".groups goes with sees: members or everything only";
    }
    if (rule_.who == SearchRule::Who::anonymous && (sees == Sees::self || sees == Sees::own_groups))
      return where_ +
             ".sees: who has not bound has no entry; allowed are nothing, members, everything";
    return {};
  }

  std::string where_;
  SearchRule& rule_;
  int subjects_ = 0;
  bool sees_ = false;
};

Problem read_list(const json::value& value, std::vector<SearchRule>& list) {
  const json::array* rules = value.if_array();
  if (rules == nullptr || rules->size() > kMaxRules) {
    return "attributes.postern.search must be a list of at most 100 rules";
  }
  for (std::size_t i = 0; i < rules->size(); ++i) {
    if (auto wrong = RuleReader(i, list.emplace_back()).read((*rules)[i])) return wrong;
  }
  return {};
}

Problem read_default(const json::value& value, SearchRight& otherwise) {
  const auto role = role_named(value);
  if (!role) return "attributes.postern.search_default must be one of " + std::string(kRoles);
  otherwise = SearchRight::of(*role);
  return {};
}

bool fits(const SearchRule& rule, const LoginRecord& record) {
  switch (rule.who) {
    case SearchRule::Who::anyone:
    case SearchRule::Who::bound:
      return true;
    case SearchRule::Who::user:
      return rule.user != 0 ? rule.user == record.pk : rule.username == record.username;
    case SearchRule::Who::group:
      return rule.group != 0 &&
             std::binary_search(record.groups.begin(), record.groups.end(), rule.group);
    case SearchRule::Who::anonymous:
      return false;
  }
  return false;
}

}  // namespace

SearchRight SearchRules::of_user(const LoginRecord& record) const {
  for (const SearchRule& rule : list) {
    if (fits(rule, record)) return rule.right;
  }
  return otherwise;
}

SearchRight SearchRules::of_anonymous() const {
  for (const SearchRule& rule : list) {
    if (rule.who == SearchRule::Who::anonymous || rule.who == SearchRule::Who::anyone) {
      return rule.right;
    }
  }
  return SearchRight::of(Sees::nothing);
}

std::optional<std::string> read_search_rules(const json::object& settings, SearchRules& rules) {
  Problem wrong;
  if (const json::value* list = member(settings, "search"); list != nullptr && !list->is_null()) {
    wrong = read_list(*list, rules.list);
  }
  const json::value* fallback = member(settings, "search_default");
  if (!wrong && fallback != nullptr && !fallback->is_null()) {
    wrong = read_default(*fallback, rules.otherwise);
  }
  if (wrong) {
    rules.list.clear();
    rules.otherwise = SearchRight::of(Sees::nothing);
  }
  return wrong;
}

}  // namespace postern::core
