#pragma once
// The members of a group that a viewer sees. Thread: the lease's; nothing allocated.

#include <string>

#include "directory/index_key.h"
#include "directory/sight.h"

namespace postern::directory {

// Calls `use(id) -> bool` for each, users first, ascending, until it gives false. `use` must leave
// the lease's index cursor alone. `key` is a buffer that `use` must not touch either.
template <typename Use>
void for_each_member(Lease& lease, const View& view, const Sight& sight, EntryId group,
                     bool users_only, std::string& key, const Use& use) {
  membership_key(view.layout->members_by(), group, key);
  users_only = users_only || view.layout->flat();
  if (sight.is_short()) {  // of its groups' members it sees itself alone
    for (const EntryId id : sight.shown()) {
      if (!is_group(id) && has_posting(lease, key, id)) use(id);
    }
    return;
  }
  MDB_val k = to_val(key), value{};
  MDB_cursor* cursor = lease.index();
  int rc = mdb_cursor_get(cursor, &k, &value, MDB_SET);
  for (; rc == MDB_SUCCESS; rc = mdb_cursor_get(cursor, &k, &value, MDB_NEXT_DUP)) {
    const EntryId id = read_id(from_val(value).data());
    if (users_only && is_group(id)) return;
    if (sight.member(id) && !use(id)) return;
  }
  if (rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
}

}  // namespace postern::directory
