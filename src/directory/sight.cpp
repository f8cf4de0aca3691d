#include "directory/sight.h"

#include <algorithm>

#include "core/access/access_check.h"
#include "directory/compiled_filter.h"
#include "protocols/ldap/dn.h"

namespace postern::directory {
using ldap::Sees;

Sight::Sight(Lease& lease, const View& view, const ldap::Viewer& viewer, SightScratch& scratch)
    : lease_(lease),
      view_(view),
      viewer_(viewer),
      scratch_(scratch),
      sees_(viewer.sees),
      self_(user_entry(viewer.user)) {
  scratch_.shown.clear();
  const bool own = sees_ == Sees::self || sees_ == Sees::own_groups;
  if (own && self_ == 0) sees_ = Sees::nothing;  // who is nobody has no entry
  whole_ = sees_ == Sees::everything && viewer.groups == nullptr;
  short_ = sees_ == Sees::nothing || sees_ == Sees::self ||
           (sees_ == Sees::own_groups && !viewer.with_members);
  nested_chain_ =
      own_list() == kNestedGroups || sees_ == Sees::everything || sees_ == Sees::members;
  if (own) find_own();
  if (sees_ == Sees::members) {
    catalog_ = lease.snapshot().catalog.get();
    const core::LdapProvider* provider = catalog_->ldap_provider(viewer.provider);
    application_ = provider == nullptr ? nullptr : provider->application.get();
  }
  if (viewer.attributes != nullptr) find_attributes(*viewer.attributes);
}

void Sight::find_own() {
  if (sees_ == Sees::nothing) return;
  scratch_.shown.push_back(self_);
  if (sees_ != Sees::own_groups) return;
  const auto octets = read_record(lease_, self_);
  if (!octets) return;
  const RecordView record(*octets);
  Slot slot;
  if (!record.find(own_list(), slot)) return;
  for (std::size_t i = 0; i < slot.size / sizeof(EntryId); ++i) {
    scratch_.shown.push_back(record.id_at(slot, i));
  }
}

void Sight::find_attributes(const std::vector<std::string>& names) {
  std::vector<AttributeId>& ids = scratch_.attributes;
  ids.assign(1, known().objectClass);  // what an entry is, is never hidden
  for (const std::string& name : names) {
    if (name.front() == '@') {
      const auto of_class = ldap::attributes_of_class(std::string_view(name).substr(1));
      ids.insert(ids.end(), of_class.begin(), of_class.end());
    } else {
      const AttributeId id = find_attribute_id(name, *lease_.snapshot().dictionary, scratch_.text);
      if (id != kNoAttribute) ids.push_back(id);
    }
  }
  std::sort(ids.begin(), ids.end());
}

bool Sight::allows(AttributeId id) const noexcept {
  return all_attributes() ||
         std::binary_search(scratch_.attributes.begin(), scratch_.attributes.end(), id);
}

bool Sight::user(EntryId id, const RecordView& record) const {
  switch (sees_) {
    case Sees::everything:
      return true;
    case Sees::members:
      return admitted(id, record);
    case Sees::own_groups:
      return id == self_ || (viewer_.with_members && shares_group(record));
    case Sees::self:
      return id == self_;
    case Sees::nothing:
      break;
  }
  return false;
}

bool Sight::user(EntryId id) const {
  if (whole_) return true;
  if (sees_ == Sees::self || (sees_ == Sees::own_groups && id == self_)) return id == self_;
  const auto octets = read_record(lease_, id);
  return octets && user(id, RecordView(*octets));
}

bool Sight::group(EntryId id) const {
  switch (sees_) {
    case Sees::everything:
    case Sees::members:
      return viewer_.groups == nullptr ||
             std::binary_search(viewer_.groups->begin(), viewer_.groups->end(), number_of(id));
    case Sees::own_groups:  // behind the viewer itself
      return std::binary_search(scratch_.shown.begin() + 1, scratch_.shown.end(), id);
    case Sees::self:
    case Sees::nothing:
      break;
  }
  return false;
}

bool Sight::target(const Target& target) const {
  switch (target.kind) {
    case Target::Kind::upper:
      return uppers();
    case Target::Kind::user:
    case Target::Kind::virtual_group:
      return user(target.id);
    case Target::Kind::group:
      return group(target.id);
    case Target::Kind::outside:
    case Target::Kind::missing:
      break;
  }
  return false;
}

// Both lists are ascending.
bool Sight::shares_group(const RecordView& record) const {
  Slot slot;
  if (!record.find(own_list(), slot)) return false;
  const std::size_t count = slot.size / sizeof(EntryId);
  std::size_t mine = 1, theirs = 0;
  while (mine < scratch_.shown.size() && theirs < count) {
    const EntryId a = scratch_.shown[mine], b = record.id_at(slot, theirs);
    if (a == b) return true;
    ++(a < b ? mine : theirs);
  }
  return false;
}

bool Sight::admitted(EntryId id, const RecordView& record) const {
  if (record.header().inactive()) return false;
  return core::admits(*catalog_, application_, number_of(id), [&record](core::GroupNumber number) {
    return record.has_id(kNestedGroups, group_entry(number));
  });
}

void nearest_visible(Lease& lease, const View& view, const Sight& sight, std::string_view dn,
                     std::string& out) {
  out.clear();
  if (!sight.uppers()) return;
  std::string value, key;
  std::string_view above = ldap::normal_parent(dn);
  for (; ldap::normal_is_within(above, view.base_normal); above = ldap::normal_parent(above)) {
    const Target target = resolve(lease, view, above, value, key);
    if (!sight.target(target)) continue;
    if (target.kind == Target::Kind::upper) {
      out = view.upper(target.upper).dn;
      return;
    }
    const auto octets = read_record(lease, target.id);
    if (!octets) continue;
    const RecordView record(*octets);
    if (target.kind == Target::Kind::virtual_group) return view.virtual_dn_of(record, out);
    return view.dn_of(record, out);
  }
}

}  // namespace postern::directory
