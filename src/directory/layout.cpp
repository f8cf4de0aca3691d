#include "directory/layout.h"

#include <algorithm>

#include "protocols/ldap/dn.h"
#include "protocols/ldap/schema.h"

namespace postern::directory {
namespace {

constexpr std::string_view kMaker = "cn=postern";

using Classes = std::vector<std::string_view>;

const Classes kUserClasses{"top",  "person",       "organizationalPerson",    "inetOrgPerson",
                           "user", "posixAccount", "goauthentik.io/ldap/user"};
const Classes kGroupClasses{"top",          "group",      "groupOfUniqueNames",
                            "groupOfNames", "posixGroup", "goauthentik.io/ldap/group"};
const Classes kVirtualClasses{"top",
                              "group",
                              "groupOfUniqueNames",
                              "groupOfNames",
                              "posixGroup",
                              "goauthentik.io/ldap/group",
                              "goauthentik.io/ldap/virtual-group"};

void add_class(std::string_view name, Classes& out) {
  const ldap::ObjectClass* known_class = ldap::find_class(name);
  if (known_class != nullptr) {
    for (const ldap::ObjectClass* above : known_class->superiors) add_class(above->name, out);
    name = known_class->name;
  }
  if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
}

// RFC 4512 3.3: the object classes of an entry include all superclasses of each.
Classes with_superiors(const std::vector<std::string>& names) {
  Classes out;
  add_class("top", out);
  for (const std::string& name : names) add_class(name, out);
  return out;
}

// The most derived structural class; of several chains the one that comes first.
std::string_view structural_of(const Classes& names) {
  const ldap::ObjectClass* best = nullptr;
  const auto below = [](const ldap::ObjectClass* a, const ldap::ObjectClass* b) {
    for (const ldap::ObjectClass* at = a; at != nullptr;
         at = at->superiors.empty() ? nullptr : at->superiors.front()) {
      if (at == b) return true;
    }
    return false;
  };
  for (const std::string_view name : names) {
    const ldap::ObjectClass* next = ldap::find_class(name);
    if (next == nullptr || next->kind != ldap::ClassKind::structural) continue;
    if (best == nullptr || below(next, best)) best = next;
  }
  return best == nullptr ? std::string_view("top") : best->name;
}

std::string make_common(EntryKind kind, const Classes& classes, std::string_view structural) {
  RecordBuilder builder;
  builder.begin(kind, {}, {});
  const auto set = [&builder](AttributeId id, std::span<const std::string_view> values) {
    builder.add(id, ldap::attribute(id).name, values);
  };
  const auto one = [&set](AttributeId id, std::string_view value) { set(id, {&value, 1}); };
  const Known& k = known();
  set(k.objectClass, classes);
  one(k.structuralObjectClass, structural);
  one(k.creatorsName, kMaker);
  one(k.modifiersName, kMaker);
  one(k.subschemaSubentry, "cn=subschema");
  one(k.hasSubordinates, "FALSE");
  return std::string(builder.finish());
}

std::string empty_common(EntryKind kind) {
  RecordBuilder builder;
  builder.begin(kind, {}, {});
  return std::string(builder.finish());
}

}  // namespace

class LayoutBuilder {
 public:
  LayoutBuilder(const Profile& profile, std::string domain, LayoutNumber number) {
    layout_->profile_ = profile;
    layout_->domain_ = std::move(domain);
    layout_->number_ = number;
    layout_->key_ = Layout::key_of(profile, layout_->domain_);
    layout_->user_rdn_ = attribute(profile.users.rdn);
    layout_->group_rdn_ = attribute(profile.groups.rdn);
    layout_->member_of_ = profile.member_of;
    layout_->member_ = profile.member;
    layout_->unique_member_ = profile.unique_member;
    layout_->member_uid_ = profile.member_uid;
    layout_->flat_ = profile.flatten;
    for (const EntryKind kind : {EntryKind::domain, EntryKind::container}) {
      text(kind) = empty_common(kind);
    }
  }

  std::shared_ptr<const Layout> make() {
    const Profile& profile = layout_->profile_;
    container(Container::users, profile.users.container_type, profile.users.container);
    container(Container::groups, profile.groups.container_type, profile.groups.container);
    container(Container::virtual_groups, "ou", profile.virtual_groups);
    classes(EntryKind::user, profile.users.classes, kUserClasses);
    classes(EntryKind::group, profile.groups.classes, kGroupClasses);
    std::vector<std::string> virtual_classes = profile.groups.classes;
    if (!virtual_classes.empty()) virtual_classes.emplace_back("goauthentik.io/ldap/virtual-group");
    classes(EntryKind::virtual_group, virtual_classes, kVirtualClasses);
    note_constructed(profile.users, 1);
    note_constructed(profile.groups, 2);
    for (std::size_t i = 0; i < layout_->texts_.size(); ++i) {
      layout_->common_[i] = RecordView(layout_->texts_[i]);
    }
    return std::move(layout_);
  }

 private:
  static AttributeId attribute(const std::string& name) {
    const ldap::AttributeType* type = ldap::find_attribute(name);
    return type == nullptr ? known().cn : type->id;
  }
  std::string& text(EntryKind kind) { return layout_->texts_[static_cast<std::size_t>(kind)]; }

  void container(Container which, const std::string& type, const std::string& value) {
    if (value.empty()) return;
    Layout::ContainerName& name = layout_->containers_[static_cast<std::size_t>(which)];
    name.type = type;
    name.value = value;
    name.attribute = attribute(type);
    ldap::normalise_dn(type + "=" + ldap::escape_rdn_value(value), name.normal);
  }

  void classes(EntryKind kind, const std::vector<std::string>& chosen, const Classes& standard) {
    Classes names = chosen.empty() ? standard : with_superiors(chosen);
    text(kind) = make_common(kind, names, structural_of(names));
    for (const std::string_view name : names) {
      Layout::ClassMember member{.name = {}, .kinds = kind_bit(kind)};
      if (ldap::prepare(ldap::Rule::objectIdentifier, name, member.name)) {
        layout_->classes_.push_back(std::move(member));
      }
    }
  }

  void note_constructed(const EntryShape& shape, std::uint8_t bit) {
    const auto& all = constructed_attributes();
    const auto set = [&](const std::string& name, auto& bits) {
      const ldap::AttributeType* type = ldap::find_attribute(name);
      for (std::size_t i = 0; type != nullptr && i < all.size(); ++i) {
        if (all[i] == type->id) bits[i] = static_cast<std::uint8_t>(bits[i] | bit);
      }
    };
    for (const std::string& name : shape.omit) set(name, layout_->not_constructed_);
    for (const MappedAttribute& mapped : shape.attributes) {
      set(mapped.name, layout_->not_constructed_);
      set(mapped.name, layout_->stored_);
    }
  }

  std::shared_ptr<Layout> layout_{new Layout()};
};

std::shared_ptr<const Layout> Layout::make(const Profile& profile, std::string domain,
                                           LayoutNumber number) {
  if (!profile.uses_domain()) domain.clear();
  return LayoutBuilder(profile, std::move(domain), number).make();
}

std::shared_ptr<const Layout> Layout::standard() {
  static const std::shared_ptr<const Layout> layout = make(Profile{}, {}, 0);
  return layout;
}

std::string Layout::key_of(const Profile& profile, std::string_view domain) {
  static const std::string kStandard = Profile{}.fingerprint();
  std::string key = profile.fingerprint();
  if (key == kStandard) return {};
  return profile.uses_domain() ? key.append(domain) : key;
}

bool Layout::constructs(AttributeId id, EntryKind kind) const noexcept {
  const auto& all = constructed_attributes();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == id) return (not_constructed_[i] & (kind == EntryKind::user ? 1U : 2U)) == 0;
  }
  return false;
}

bool Layout::stores(AttributeId id) const noexcept {
  const auto& all = constructed_attributes();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == id) return stored_[i] == 3;
  }
  return true;
}

Container Layout::container_of(EntryKind kind) noexcept {
  switch (kind) {
    case EntryKind::user:
      return Container::users;
    case EntryKind::group:
      return Container::groups;
    case EntryKind::virtual_group:
      return Container::virtual_groups;
    default:
      return Container::base;
  }
}

void Layout::make_rdn(EntryKind kind, std::string_view name, std::string& out) const {
  out.assign(ldap::attribute(rdn_attribute(kind)).name);
  out += '=';
  ldap::append_escaped_rdn_value(out, name);
}

std::uint8_t Layout::kinds_of_class(std::string_view prepared) const noexcept {
  std::uint8_t kinds = 0;
  for (const ClassMember& member : classes_) {
    if (member.name == prepared) kinds = static_cast<std::uint8_t>(kinds | member.kinds);
  }
  return kinds;
}

bool Layout::shows(AttributeId id) const noexcept {
  const Known& k = known();
  if (id == k.memberOf) return member_of_;
  if (id == k.member) return member_;
  if (id == k.uniqueMember) return unique_member_;
  return id != k.memberUid || member_uid_;
}

}  // namespace postern::directory
