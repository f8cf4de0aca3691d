#include "outpost/ldap/update_members.h"

#include <algorithm>
#include <iterator>

#include "protocols/ldap/dn.h"

namespace postern::outpost {
namespace {

using core::Object;
using core::Value;
using ldap::ResultCode;

UpdateFault fault(ResultCode code, std::string_view attribute, std::string_view what) {
  return {code, std::string(attribute) + ": " + std::string(what)};
}

using Numbers = std::set<core::GroupNumber>;

Numbers difference(const Numbers& from, const Numbers& without) {
  Numbers out;
  std::set_difference(from.begin(), from.end(), without.begin(), without.end(),
                      std::inserter(out, out.end()));
  return out;
}

}  // namespace

bool Members::is_membership(std::string_view key) noexcept {
  return key == "member" || key == "uniquemember" || key == "memberuid";
}

void Members::load(const core::StoredGroup& group) {
  users_.insert(group.members.begin(), group.members.end());
  groups_.insert(group.children.begin(), group.children.end());
  users_before_ = users_;
  groups_before_ = groups_;
}

Members::Member Members::by_dn(std::string_view dn) const {
  std::string normal;
  if (!ldap::normalise_dn(dn, normal)) return {};
  const ldap::Located at = tree_.locate(normal, provider_);
  if (at.kind == ldap::Located::Kind::user) {
    const auto user = transaction_.get(core::user_model(), Value(at.pk));
    return user ? Member{at.pk, 0} : Member{};
  }
  if (at.kind != ldap::Located::Kind::group) return {};
  Object equals;
  equals["num_pk"] = at.pk;
  const auto found = transaction_.find(core::group_model(), equals, 1);
  return found.empty() ? Member{} : Member{0, at.pk};
}

Members::Member Members::by_name(std::string_view name) const {
  Object equals;
  equals["username"] = name;
  const auto found = transaction_.find(core::user_model(), equals, 1);
  return found.empty() ? Member{} : Member{found.front().at("pk").to_number<std::int64_t>(), 0};
}

Members::Member Members::find(std::string_view attribute, std::string_view value) const {
  return attribute_key(attribute) == "memberuid" ? by_name(value) : by_dn(value);
}

bool Members::has(const Member& member) const {
  return member.user != 0 ? users_.contains(member.user) : groups_.contains(member.group);
}

MaybeFault Members::apply(const ldap::Modification& change, bool permissive) {
  using Kind = ldap::Modification::Kind;
  const std::string_view attribute = change.attribute.type;
  const auto& values = change.attribute.values;
  if (change.kind == Kind::increment) {
    return fault(ResultCode::constraintViolation, attribute, "is not an integer");
  }
  const bool all = change.kind == Kind::replace || (change.kind == Kind::remove && values.empty());
  if (change.kind == Kind::remove && values.empty() && users_.empty() && groups_.empty() &&
      !permissive) {
    return fault(ResultCode::noSuchAttribute, attribute, "no such attribute");
  }
  if (all) {
    users_.clear();
    if (attribute_key(attribute) != "memberuid") groups_.clear();
  }
  for (const std::string_view value : values) {
    MaybeFault bad = change.kind == Kind::remove ? remove(attribute, value, permissive)
                                                 : add(attribute, value, permissive);
    if (bad) return bad;
  }
  return std::nullopt;
}

MaybeFault Members::add(std::string_view attribute, std::string_view value, bool permissive) {
  const Member member = find(attribute, value);
  if (!member.any()) {
    return fault(ResultCode::constraintViolation, attribute, "names no user and no group here");
  }
  if (has(member)) {
    if (permissive) return std::nullopt;
    return fault(ResultCode::attributeOrValueExists, attribute, "is a member already");
  }
  if (member.user != 0) {
    users_.insert(member.user);
  } else {
    groups_.insert(member.group);
  }
  return std::nullopt;
}

MaybeFault Members::remove(std::string_view attribute, std::string_view value, bool permissive) {
  const Member member = find(attribute, value);
  if (!member.any() || !has(member)) {
    if (permissive) return std::nullopt;
    return fault(ResultCode::noSuchAttribute, attribute, "is not a member");
  }
  if (member.user != 0) {
    users_.erase(member.user);
  } else {
    groups_.erase(member.group);
  }
  return std::nullopt;
}

boost::json::array Members::users() const {
  boost::json::array out;
  for (const std::int64_t user : users_) out.push_back(user);
  return out;
}

std::set<core::GroupNumber> Members::gained() const { return difference(groups_, groups_before_); }
std::set<core::GroupNumber> Members::lost() const { return difference(groups_before_, groups_); }

}  // namespace postern::outpost
