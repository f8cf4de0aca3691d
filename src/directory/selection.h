#pragma once
// Selection: which attributes of an entry the client asked for (RFC 4511 4.5.1.8, 3673, 4529): none
// or
// `*` all user attributes, `+` all operational ones, `1.1` nothing, names and OIDs with their
// subtypes,
// `@class` all attributes of a class. Unknown ones are ignored; each attribute comes once.

#include <string>
#include <string_view>
#include <vector>

#include "directory/sight.h"

namespace postern::directory {

struct Selection {
  bool all_user = false;
  bool all_operational = false;
  bool types_only = false;
  std::vector<AttributeId> named;  // each once, in the order asked for
  const Sight* sight = nullptr;    // what it does not show is never selected

  // Whole records may be sent as they are.
  bool unlimited() const noexcept { return sight->all_attributes(); }
  bool names(AttributeId id) const noexcept;
  bool wants(AttributeId id, bool operational) const noexcept {
    return ((operational ? all_operational : all_user) || names(id)) && sight->allows(id);
  }
};

void select(const std::vector<std::string_view>& requested, bool types_only,
            const Dictionary& dictionary, const Sight& sight, std::string& buffer, Selection& out);

}  // namespace postern::directory
