#pragma once
// ImportEntry: one user or group of an import, whatever the file's format, and how LDIF records and
// CSV rows become one. What cannot be taken over is listed in `notes`, attribute by attribute; the
// entry itself is then still taken. Pure; thread-safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/import/ldif.h"
#include "core/model/model.h"
#include "core/ports/random.h"

namespace postern::app {

struct ImportEntry {
  enum class Kind { user, group, container, nothing } kind = Kind::nothing;
  std::uint64_t line = 0;
  std::string name;                             // username or group name
  std::string dn;                               // normalised, "" in CSV
  core::Object fields;                          // for core Objects, without memberships
  std::int64_t uid_number = 0, gid_number = 0;  // 0 = not given
  std::vector<std::string> member_dns;          // groups: normalised DNs
  std::vector<std::string> member_names;        // groups: usernames (memberUid)
  std::vector<std::string> group_names;         // users in CSV
  std::vector<std::string> notes;
};

ImportEntry entry_from_ldif(const LdifRecord& record, core::Random& random);
ImportEntry entry_from_csv(const std::vector<std::string>& header,
                           const std::vector<std::string>& cells, std::uint64_t line,
                           core::Random& random);

}  // namespace postern::app
