#pragma once
// View: the tree as one provider shows it: its base DN and whether memberOf is nested. Records do
// not depend on it, DNs are put together when sent, so a new or changed provider costs nothing.
// Also the entries above users and groups: the base entry and the containers, made here.
//
// Snapshot: everything a reader needs beside the map: environment, dictionary, catalog, views.
// Immutable, replaced as a whole. Source: reference behaviour of authentik's tree, RFC 4514, 4519.

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/access/catalog.h"
#include "directory/environment.h"
#include "directory/layout.h"

namespace postern::directory {

struct View {
  struct Upper {
    std::string dn;  // as sent
    std::string record;
    std::string childless;  // the same for who sees nothing below it
    bool there() const noexcept { return !record.empty(); }
  };

  core::ProviderId provider = 0;
  std::shared_ptr<const Layout> layout = Layout::standard();
  std::string base;         // as configured
  std::string base_normal;  // normal form (protocols/ldap/dn.h)
  bool nested = false;
  std::array<Upper, 4> uppers;  // by Container; not there: the layout has none
  std::vector<std::pair<AttributeId, std::string>> base_values;  // AVAs of the base DN

  const Upper& upper(Container which) const noexcept {
    return uppers[static_cast<std::size_t>(which)];
  }
  // The container that holds entries of a kind.
  const Upper& parent_of(EntryKind kind) const noexcept {
    return upper(Layout::container_of(kind));
  }
  // The groups of an entry that memberOf names: a list in its record, and the postings of these.
  AttributeId member_of_list() const noexcept { return nested ? kNestedGroups : kDirectGroups; }
  // The DN of a user or group, and of a user's virtual group.
  void dn_of(const RecordView& record, std::string& out) const {
    out.assign(record.rdn()).append(1, ',').append(parent_of(record.kind()).dn);
  }
  void virtual_dn_of(const RecordView& user, std::string& out) const {
    layout->make_rdn(EntryKind::virtual_group, user.name(), out);
    out.append(1, ',').append(upper(Container::virtual_groups).dn);
  }
};

struct Snapshot {
  std::shared_ptr<Environment> environment;  // null = none is open
  std::shared_ptr<const Dictionary> dictionary;
  std::shared_ptr<const core::Catalog> catalog;
  std::vector<View> views;  // by provider, ascending
  std::uint64_t built = 0;  // of the environment

  const View* view(core::ProviderId provider) const noexcept;
};

// Views of all LDAP providers whose base DN is one and whose profile there is. REQUIRES: `layouts`
// holds all that layouts_of() wants. `founded`: since when base entries and containers are there,
// in seconds; 0 = not known.
std::vector<View> make_views(const core::Catalog& catalog, const Shapes& shapes,
                             const std::vector<std::shared_ptr<const Layout>>& layouts,
                             std::uint32_t founded = 0);
// The layouts that the providers need, layout 0 first, each once, numbered.
std::vector<std::shared_ptr<const Layout>> layouts_of(const core::Catalog& catalog,
                                                      const Shapes& shapes);

// A name-based UUID for what has none of its own.
std::string derived_uuid(std::string_view text);
// A virtual group's UUID from its user's, and back.
bool flip_uuid(std::string_view uuid, std::string& out);

}  // namespace postern::directory
