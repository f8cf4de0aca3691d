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
#include "directory/record.h"

namespace postern::directory {

enum class Container : std::uint8_t { base, users, groups, virtual_groups };
inline constexpr std::array<std::string_view, 4> kContainerNames{"", "users", "groups",
                                                                 "virtual-groups"};
struct View {
  struct Upper {
    std::string dn;  // as sent
    std::string record;
  };

  core::ProviderId provider = 0;
  std::string base;         // as configured
  std::string base_normal;  // normal form (protocols/ldap/dn.h)
  bool nested = false;
  std::array<Upper, 4> uppers;                                   // by Container
  std::vector<std::pair<AttributeId, std::string>> base_values;  // AVAs of the base DN

  const Upper& upper(Container which) const noexcept {
    return uppers[static_cast<std::size_t>(which)];
  }
  // The container that holds entries of a kind.
  const Upper& parent_of(EntryKind kind) const noexcept;
};

struct Snapshot {
  std::shared_ptr<Environment> environment;  // null = none is open
  std::shared_ptr<const Dictionary> dictionary;
  std::shared_ptr<const core::Catalog> catalog;
  std::vector<View> views;  // by provider, ascending

  const View* view(core::ProviderId provider) const noexcept;
};

// Views of all LDAP providers whose base DN is one.
std::vector<View> make_views(const core::Catalog& catalog);

// A name-based UUID for what has none of its own.
std::string derived_uuid(std::string_view text);
// A virtual group's UUID from its user's, and back.
bool flip_uuid(std::string_view uuid, std::string& out);

}  // namespace postern::directory
