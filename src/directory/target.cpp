#include "directory/target.h"

#include "directory/index_key.h"
#include "protocols/ldap/dn.h"

namespace postern::directory {
namespace {

bool has_name(const Lease& lease, EntryId id, std::string_view prepared) {
  const auto octets = read_record(lease, id);
  std::string name;
  return octets && ldap::prepare(ldap::Rule::caseIgnore, RecordView(*octets).name(), name) &&
         name == prepared;
}

Target upper_target(const View& view, std::string_view rdn) {
  for (const Container which : {Container::users, Container::groups, Container::virtual_groups}) {
    const Layout::ContainerName& name = view.layout->container(which);
    if (name.there() && rdn == name.normal) return {.kind = Target::Kind::upper, .upper = which};
  }
  return {.kind = Target::Kind::missing};
}

EntryKind kind_in(Container container) {
  return container == Container::users    ? EntryKind::user
         : container == Container::groups ? EntryKind::group
                                          : EntryKind::virtual_group;
}

}  // namespace

EntryId find_named(Lease& lease, const View& view, bool group, std::string_view prepared,
                   std::string& key) {
  const AttributeId naming = view.layout->rdn_attribute(group ? EntryKind::group : EntryKind::user);
  const bool whole = equality_key(naming, prepared, key);
  MDB_val k = to_val(key), v{};
  MDB_cursor* cursor = lease.index();
  int rc = mdb_cursor_get(cursor, &k, &v, MDB_SET);
  for (; rc == MDB_SUCCESS; rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT_DUP)) {
    const EntryId id = read_id(from_val(v).data());
    if (is_group(id) == group && (whole || has_name(lease, id, prepared))) return id;
  }
  if (rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
  return 0;
}

Target resolve(Lease& lease, const View& view, std::string_view dn, std::string& value,
               std::string& key) {
  if (!ldap::normal_is_within(dn, view.base_normal)) return {};
  const std::string_view relative = ldap::normal_relative(dn, view.base_normal);
  if (relative.empty()) return {.kind = Target::Kind::upper};
  const std::string_view above = ldap::normal_parent(relative);
  if (above.empty()) return upper_target(view, relative);
  const Target parent = upper_target(view, above);
  if (parent.kind != Target::Kind::upper) return {.kind = Target::Kind::missing};
  const auto& naming = ldap::attribute(view.layout->rdn_attribute(kind_in(parent.upper)));
  if (!ldap::normal_rdn_value(ldap::normal_leaf(relative), naming.lower, value)) {
    return {.kind = Target::Kind::missing};
  }
  const bool group = parent.upper == Container::groups;
  const EntryId id = find_named(lease, view, group, value, key);
  if (id == 0) return {.kind = Target::Kind::missing};
  if (group) return {.kind = Target::Kind::group, .id = id};
  return {
      .kind = parent.upper == Container::users ? Target::Kind::user : Target::Kind::virtual_group,
      .id = id};
}

bool has_posting(Lease& lease, std::string_view key, EntryId id) {
  const IdKey posting(id);
  MDB_val k = to_val(key), v = to_val(posting.view());
  const int rc = mdb_cursor_get(lease.index(), &k, &v, MDB_GET_BOTH);
  if (rc == MDB_NOTFOUND) return false;
  check(rc, "mdb_cursor_get");
  return true;
}

}  // namespace postern::directory
