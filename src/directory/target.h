#pragma once
// Target: which entry a DN names in one view. DNs of users and groups are not stored: the RDN's
// value is looked up in the index of the attribute that names entries. Thread: the lease's.

#include <string>
#include <string_view>

#include "directory/reader.h"

namespace postern::directory {

struct Target {
  enum class Kind : std::uint8_t {
    outside,  // not at or below the base
    missing,  // below the base, no such entry
    upper,    // the base entry or a container
    user,
    group,
    virtual_group,
  } kind = Kind::outside;
  Container upper = Container::base;
  EntryId id = 0;  // a virtual group's: its user's
};

// `dn` in normal form. `value` and `key` are buffers.
Target resolve(Lease& lease, const View& view, std::string_view dn, std::string& value,
               std::string& key);

// The user or group of exactly this name (prepared by caseIgnore); 0 = none.
EntryId find_named(Lease& lease, const View& view, bool group, std::string_view prepared,
                   std::string& key);

inline std::optional<std::string_view> read_record(const Lease& lease, EntryId id) {
  return get(lease.txn(), lease.tables().records, IdKey(id).view());
}

// Whether the posting list of `key` holds `id`.
bool has_posting(Lease& lease, std::string_view key, EntryId id);

}  // namespace postern::directory
