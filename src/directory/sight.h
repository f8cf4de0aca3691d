#pragma once
// Sight: what one viewer sees of one view, asked entry by entry. Whatever it hides behaves as if it
// were not there: no entry, no value that names one, no attribute outside the viewer's list.
//
// Who may use a service is decided by the bindings of its application as they are now, on the
// entry's own list of groups; nothing is kept from search to search, so nothing can be stale.
// Thread: the lease's; nothing allocated once its buffers are warm.
// Source: reference rows L76, L77; design.md 7 (Policies).

#include <span>
#include <string>
#include <vector>

#include "directory/target.h"
#include "protocols/ldap/tree.h"

namespace postern::directory {

struct SightScratch {
  std::vector<EntryId> shown;           // the viewer itself, then the groups it is in
  std::vector<AttributeId> attributes;  // the only attributes there are, ascending
  std::string text;
};

class Sight {
 public:
  // `viewer` and `scratch` must outlive it.
  Sight(Lease& lease, const View& view, const ldap::Viewer& viewer, SightScratch& scratch);
  Sight(const Sight&) = delete;
  Sight& operator=(const Sight&) = delete;

  // No entry is hidden.
  bool whole() const noexcept { return whole_; }
  // The base entry and the containers are there.
  bool uppers() const noexcept { return sees_ != ldap::Sees::nothing; }
  bool user(EntryId id, const RecordView& record) const;
  bool user(EntryId id) const;  // reads its record
  bool group(EntryId id) const;
  bool member(EntryId id) const { return whole_ || (is_group(id) ? group(id) : user(id)); }
  bool target(const Target& target) const;
  bool stored(EntryId id, const RecordView& record) const {
    return is_group(id) ? group(id) : user(id, record);
  }

  // The users and groups that there are, when they are few and known: ascending.
  bool is_short() const noexcept { return short_; }
  std::span<const EntryId> shown() const noexcept { return scratch_.shown; }

  // Whether in-chain looks through groups that the tree does not nest by itself.
  bool nested_chain() const noexcept { return nested_chain_; }

  bool all_attributes() const noexcept { return viewer_.attributes == nullptr; }
  bool allows(AttributeId id) const noexcept;

 private:
  // The list in a record that says which groups it is in, as the view has it.
  AttributeId own_list() const noexcept {
    return view_.nested ? kNestedGroups : view_.layout->member_list();
  }
  void find_own();
  void find_attributes(const std::vector<std::string>& names);
  bool shares_group(const RecordView& record) const;
  bool admitted(EntryId id, const RecordView& record) const;

  Lease& lease_;
  const View& view_;
  const ldap::Viewer& viewer_;
  SightScratch& scratch_;
  ldap::Sees sees_;
  EntryId self_;
  bool whole_ = false, short_ = false, nested_chain_ = false;
  const core::Catalog* catalog_ = nullptr;
  const core::Application* application_ = nullptr;  // members
};

// The DN of the nearest ancestor of a DN (in normal form) that the viewer may know of; empty =
// none.
void nearest_visible(Lease& lease, const View& view, const Sight& sight, std::string_view dn,
                     std::string& out);

}  // namespace postern::directory
