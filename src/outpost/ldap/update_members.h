#pragma once
// Members: who is in a group, and the changes of member, uniqueMember and memberUid to it. All
// three are views of one set: users, and groups in the group (member and uniqueMember only).
//
// A DN is looked up in the read model and found again in the transaction; one that names neither a
// user nor a group is refused when added (19), and is no such value when removed (16).
// Thread: the transaction's.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "core/ports/store.h"
#include "outpost/ldap/update_image.h"
#include "protocols/ldap/tree.h"

namespace postern::outpost {

class Members {
 public:
  static bool is_membership(std::string_view key) noexcept;  // lower-case attribute name

  Members(core::Transaction& transaction, ldap::Tree& tree, std::int64_t provider)
      : transaction_(transaction), tree_(tree), provider_(provider) {}

  // As it stands before this transaction: nobody else writes while it is open.
  void load(const core::StoredGroup& group);
  MaybeFault apply(const ldap::Modification& change, bool permissive);

  bool users_changed() const { return users_ != users_before_; }
  bool groups_changed() const { return groups_ != groups_before_; }
  boost::json::array users() const;
  // Child groups gained and lost: their `parents` change.
  std::set<core::GroupNumber> gained() const;
  std::set<core::GroupNumber> lost() const;

 private:
  struct Member {
    std::int64_t user = 0;
    core::GroupNumber group = 0;
    bool any() const noexcept { return user != 0 || group != 0; }
  };
  Member by_dn(std::string_view dn) const;
  Member by_name(std::string_view name) const;
  bool has(const Member& member) const;
  MaybeFault add(std::string_view attribute, std::string_view value, bool permissive);
  MaybeFault remove(std::string_view attribute, std::string_view value, bool permissive);
  Member find(std::string_view attribute, std::string_view value) const;

  core::Transaction& transaction_;
  ldap::Tree& tree_;
  const std::int64_t provider_;
  std::set<std::int64_t> users_, users_before_;
  std::set<core::GroupNumber> groups_, groups_before_;
};

}  // namespace postern::outpost
