#include "directory/layout.h"

#include "protocols/ldap/dn.h"
#include "protocols/ldap/schema.h"

namespace postern::directory {
namespace {

constexpr std::string_view kMaker = "cn=postern";

using Classes = std::vector<std::string_view>;

std::string make_common(EntryKind kind, const Classes& classes, std::string_view structural) {
  RecordBuilder builder;
  builder.begin(kind, 0, false, {}, {});
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
  builder.begin(kind, 0, false, {}, {});
  return std::string(builder.finish());
}

}  // namespace

class LayoutBuilder {
 public:
  LayoutBuilder() {
    for (const EntryKind kind : {EntryKind::domain, EntryKind::container}) {
      text(kind) = empty_common(kind);
    }
  }
  void rdn(AttributeId user, AttributeId group) {
    layout_->user_rdn_ = user;
    layout_->group_rdn_ = group;
  }
  void container(Container which, std::string type, std::string value) {
    Layout::ContainerName& name = layout_->containers_[static_cast<std::size_t>(which)];
    name.type = std::move(type);
    name.value = std::move(value);
    ldap::normalise_dn(name.type + "=" + ldap::escape_rdn_value(name.value), name.normal);
    name.attribute = ldap::find_attribute(name.type)->id;
  }
  void classes(EntryKind kind, const Classes& names, std::string_view structural) {
    text(kind) = make_common(kind, names, structural);
    for (const std::string_view name : names) {
      Layout::ClassMember member{.name = {}, .kinds = kind_bit(kind)};
      if (ldap::prepare(ldap::Rule::objectIdentifier, name, member.name)) {
        layout_->classes_.push_back(std::move(member));
      }
    }
  }
  std::shared_ptr<const Layout> finish() {
    for (std::size_t i = 0; i < layout_->texts_.size(); ++i) {
      layout_->common_[i] = RecordView(layout_->texts_[i]);
    }
    return std::move(layout_);
  }

 private:
  std::string& text(EntryKind kind) { return layout_->texts_[static_cast<std::size_t>(kind)]; }

  std::shared_ptr<Layout> layout_{new Layout()};
};

namespace {

std::shared_ptr<const Layout> make_standard() {
  LayoutBuilder builder;
  builder.rdn(known().cn, known().cn);
  builder.container(Container::users, "ou", "users");
  builder.container(Container::groups, "ou", "groups");
  builder.container(Container::virtual_groups, "ou", "virtual-groups");
  builder.classes(EntryKind::user,
                  {"top", "person", "organizationalPerson", "inetOrgPerson", "user", "posixAccount",
                   "goauthentik.io/ldap/user"},
                  "inetOrgPerson");
  builder.classes(EntryKind::group,
                  {"top", "group", "groupOfUniqueNames", "groupOfNames", "posixGroup",
                   "goauthentik.io/ldap/group"},
                  "groupOfNames");
  builder.classes(EntryKind::virtual_group,
                  {"top", "group", "groupOfUniqueNames", "groupOfNames", "posixGroup",
                   "goauthentik.io/ldap/group", "goauthentik.io/ldap/virtual-group"},
                  "groupOfNames");
  return builder.finish();
}

}  // namespace

std::shared_ptr<const Layout> Layout::standard() {
  static const std::shared_ptr<const Layout> layout = make_standard();
  return layout;
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
