#pragma once
// Located: what a DN names in one view of the tree, whoever asks: updates look at rights
// themselves. For a DN that names nothing it says what could be there. A plain value.

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::ldap {

struct Located {
  enum class Kind : std::uint8_t {
    unavailable,    // the read model cannot be read
    outside,        // not at or below the base of the view
    missing,        // below it, no such entry
    upper,          // the base or a container
    user,           // pk
    group,          // pk is the num_pk
    virtual_group,  // pk is its user's
  } kind = Kind::unavailable;
  std::int64_t pk = 0;

  // Where the DN lies or would lie: in a container, directly below the base (`base`), below what
  // does not exist (`nowhere`) or below an entry that has none below it (`leaf`).
  enum class Place : std::uint8_t { nowhere, base, users, groups, virtual_groups, leaf };
  Place place = Place::nowhere;
  std::string rdn_attribute;  // which names entries in that container
  std::string parent;         // DN of that container as sent
};

}  // namespace postern::ldap
