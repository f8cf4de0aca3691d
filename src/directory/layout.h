#pragma once
// Layout: how entries are shaped for all views that share it: the attribute that names them, their
// containers, which membership attributes they show, and the attributes that all entries of a kind
// share with the same values (object classes, who made them, ...). The latter are kept once, not in
// each record: an entry is its record and the common part of its kind; the common parts of the base
// entry and the containers are empty.
//
// Records and their index lie in tables of their own for each layout (environment.h). Layout 0 is
// the default one and always there. Immutable; thread-safe.

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "directory/constructed.h"
#include "directory/index_key.h"
#include "directory/profile.h"
#include "directory/record.h"

namespace postern::directory {

using LayoutNumber = std::uint16_t;
inline constexpr LayoutNumber kMaxLayouts = 24;

enum class Container : std::uint8_t { base, users, groups, virtual_groups };

class Layout {
 public:
  struct ContainerName {
    std::string type = "ou";
    std::string value;   // "" = this layout has no such container
    std::string normal;  // "ou=users"
    AttributeId attribute = kNoAttribute;
    bool there() const noexcept { return !value.empty(); }
  };

  static std::shared_ptr<const Layout> standard();
  // A profile's, in the tables of that number; `domain` counts only for profiles that use it.
  static std::shared_ptr<const Layout> make(const Profile& profile, std::string domain,
                                            LayoutNumber number);
  // What tells layouts apart. Of layout 0: "".
  static std::string key_of(const Profile& profile, std::string_view domain);

  LayoutNumber number() const noexcept { return number_; }
  const std::string& key() const noexcept { return key_; }
  const Profile& profile() const noexcept { return profile_; }
  const std::string& domain() const noexcept { return domain_; }

  const ContainerName& container(Container which) const noexcept {
    return containers_[static_cast<std::size_t>(which)];
  }
  static Container container_of(EntryKind kind) noexcept;
  // The attribute in the RDN of entries of a kind: its value is the entry's name. A virtual group
  // is named as groups are.
  AttributeId rdn_attribute(EntryKind kind) const noexcept {
    return kind == EntryKind::user ? user_rdn_ : group_rdn_;
  }
  // Users' RDNs are not those of their virtual groups.
  bool own_virtual_rdn() const noexcept { return user_rdn_ != group_rdn_; }
  // "cn=" + escaped name.
  void make_rdn(EntryKind kind, std::string_view name, std::string& out) const;

  const RecordView& common(EntryKind kind) const noexcept {
    return common_[static_cast<std::size_t>(kind)];
  }
  // The kinds (bits) of users, groups and virtual groups that have a class, by its prepared name.
  std::uint8_t kinds_of_class(std::string_view prepared) const noexcept;

  // Whether entries show memberOf, member, uniqueMember or memberUid.
  bool shows(AttributeId id) const noexcept;
  // Whether a constructed attribute (constructed.h) is constructed for entries of a kind, or is
  // stored, or left out.
  bool constructs(AttributeId id, EntryKind kind) const noexcept;
  // Stored for users and groups alike, so that the index tells all about it.
  bool stores(AttributeId id) const noexcept;
  // Groups list the members of the groups in them instead of these groups.
  bool flat() const noexcept { return flat_; }
  Membership members_by() const noexcept { return flat_ ? Membership::nested : Membership::direct; }
  // The list in a record that says of which groups it is a member.
  AttributeId member_list() const noexcept { return flat_ ? kNestedGroups : kDirectGroups; }

 private:
  friend class LayoutBuilder;
  Layout() = default;

  LayoutNumber number_ = 0;
  std::array<ContainerName, 4> containers_;
  AttributeId user_rdn_ = kNoAttribute, group_rdn_ = kNoAttribute;
  std::array<std::string, 5> texts_;
  std::array<RecordView, 5> common_;
  struct ClassMember {
    std::string name;  // prepared
    std::uint8_t kinds;
  };
  std::vector<ClassMember> classes_;
  bool member_of_ = true, member_ = true, unique_member_ = true, member_uid_ = true;
  bool flat_ = false;
  std::string key_, domain_;
  Profile profile_;
  // By constructed_attributes(): bit 0 users, bit 1 groups.
  std::array<std::uint8_t, 6> not_constructed_{}, stored_{};
};

constexpr std::uint8_t kind_bit(EntryKind kind) noexcept {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

}  // namespace postern::directory
