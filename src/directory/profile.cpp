#include "directory/profile.h"

#include <algorithm>

#include "protocols/ldap/dn.h"
#include "protocols/ldap/schema.h"

namespace postern::directory {
namespace {

constexpr char kSeparator = '\x1f';

void add(std::string& out, std::string_view part) { out.append(part).append(1, kSeparator); }

void add(std::string& out, const std::vector<std::string>& parts) {
  add(out, std::to_string(parts.size()));
  for (const std::string& part : parts) add(out, part);
}

void add(std::string& out, const EntryShape& shape) {
  add(out, shape.rdn);
  add(out, shape.container_type);
  add(out, shape.container);
  add(out, shape.classes);
  add(out, shape.keep);
  add(out, shape.omit);
  add(out, shape.custom ? "custom" : "");
  add(out, std::to_string(shape.attributes.size()));
  for (const MappedAttribute& attribute : shape.attributes) {
    add(out, attribute.name);
    add(out, std::to_string(attribute.values.size()));
    for (const Template& value : attribute.values) add(out, value.text());
  }
}

bool uses_domain(const EntryShape& shape) {
  const auto uses = [](const MappedAttribute& attribute) {
    return std::any_of(attribute.values.begin(), attribute.values.end(),
                       [](const Template& value) { return value.uses_domain(); });
  };
  return std::any_of(shape.attributes.begin(), shape.attributes.end(), uses);
}

}  // namespace

bool Profile::uses_domain() const noexcept {
  return directory::uses_domain(users) || directory::uses_domain(groups);
}

std::string Profile::fingerprint() const {
  std::string out;
  add(out, users);
  add(out, groups);
  add(out, virtual_groups);
  for (const bool flag : {member_of, flatten, member, unique_member, member_uid}) {
    add(out, flag ? "1" : "0");
  }
  add(out, std::to_string(uid_offset));
  add(out, std::to_string(gid_offset));
  add(out, install_id);
  return out;
}

core::DnShape dn_shape_of(const Profile& profile) {
  static const std::string kStandard = Profile{}.fingerprint();
  core::DnShape shape;
  shape.user_rdn = profile.users.rdn;
  shape.uid_too = profile.fingerprint() == kStandard;
  shape.plain_names = profile.plain_names;
  ldap::normalise_dn(
      profile.users.container_type + "=" + ldap::escape_rdn_value(profile.users.container),
      shape.users);
  return shape;
}

const Profile* Shapes::find(std::string_view name) const noexcept {
  static const Profile kGeneric{.name = "generic"};
  for (const Profile& profile : profiles) {
    if (profile.name == name) return &profile;
  }
  return name == kGeneric.name ? &kGeneric : nullptr;
}

std::string Shapes::types_fingerprint() const {
  std::string out;
  for (const CustomType& type : types) {
    add(out, type.name);
    add(out, std::to_string(static_cast<int>(type.kind)));
    for (const bool flag : {type.multi_valued, type.of_users, type.of_groups}) {
      add(out, flag ? "1" : "0");
    }
  }
  return out;
}

std::string domain_of(std::string_view base_dn) {
  std::string domain;
  const auto dn = ldap::Dn::parse(base_dn);
  if (!dn.ok()) return domain;
  for (const ldap::Rdn& rdn : dn->rdns()) {
    const ldap::AttributeType* type = rdn.size() == 1 ? ldap::find_attribute(rdn[0].type) : nullptr;
    if (type == nullptr || type->id != known().dc) continue;
    if (!domain.empty()) domain += '.';
    domain += rdn[0].value;
  }
  return domain;
}

}  // namespace postern::directory
