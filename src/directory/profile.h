#pragma once
// Profile: how the entries of one provider look, as an administrator chose it. Made from a file by
// the composition (config/profiles), compiled into a Layout here. A default-made Profile is the
// tree as authentik shows it. A value; immutable once it is in Shapes.
//
// Shapes: all profiles and all declared attribute types of this node.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/catalog.h"
#include "directory/attributes.h"
#include "directory/template.h"

namespace postern::directory {

// An attribute with the templates of its values. It replaces the built-in one of that name.
struct MappedAttribute {
  std::string name;
  std::vector<Template> values;
};

struct EntryShape {
  std::string rdn = "cn";             // cn or uid; its value is the entry's name
  std::string container_type = "ou";  // ou or cn
  std::string container;              // "people"
  std::vector<std::string> classes;   // empty = the default ones; superclasses are added
  std::vector<MappedAttribute> attributes;
  std::vector<std::string> keep;  // not empty: no other built-in attributes but these
  std::vector<std::string> omit;  // these built-in ones are left out
  bool custom = true;             // the administrator's own attributes are shown
};

struct Profile {
  std::string name;
  std::string description;
  EntryShape users{.container = "users"};
  EntryShape groups{.container = "groups"};
  std::string virtual_groups = "virtual-groups";  // their container, "" = none
  bool member_of = true;
  bool nested = false;   // memberOf also names groups of groups; the provider may say otherwise
  bool flatten = false;  // groups list members of groups in them, not these groups
  bool member = true, unique_member = true, member_uid = true;
  std::int64_t uid_offset = 0, gid_offset = 0;
  std::string install_id;    // for the field `hash`
  bool plain_names = false;  // a bind may also name user@domain or DOMAIN\user

  bool uses_domain() const noexcept;
  // All that counts for entries, as one text without NUL: equal texts are equal layouts.
  std::string fingerprint() const;
};

core::DnShape dn_shape_of(const Profile& profile);

struct Shapes {
  std::vector<Profile> profiles;
  std::vector<CustomType> types;

  // nullptr = no such profile. `generic` is always there.
  const Profile* find(std::string_view name) const noexcept;
  std::string types_fingerprint() const;
};

// "example.org" of dc=example,dc=org; "" when the DN has no dc.
std::string domain_of(std::string_view base_dn);

}  // namespace postern::directory
