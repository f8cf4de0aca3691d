#include "directory/selection.h"

#include <algorithm>

#include "directory/compiled_filter.h"

namespace postern::directory {
namespace {

void add(AttributeId id, Selection& out) {
  if (!out.names(id)) out.named.push_back(id);
}

void add_with_subtypes(AttributeId id, Selection& out) {
  add(id, out);
  for (const AttributeId sub : subtypes_of(id)) add(sub, out);
}

}  // namespace

bool Selection::names(AttributeId id) const noexcept {
  return std::find(named.begin(), named.end(), id) != named.end();
}

void select(const std::vector<std::string_view>& requested, bool types_only,
            const Dictionary& dictionary, const Sight& sight, std::string& buffer, Selection& out) {
  out.sight = &sight;
  out.all_user = requested.empty();
  out.all_operational = false;
  out.types_only = types_only;
  out.named.clear();
  for (const std::string_view name : requested) {
    if (name == "*") {
      out.all_user = true;
    } else if (name == "+") {
      out.all_operational = true;
    } else if (!name.empty() && name.front() == '@') {
      // RFC 4529: as if each of them were named.
      for (const AttributeId id : ldap::attributes_of_class(name.substr(1))) {
        add_with_subtypes(id, out);
      }
    } else {
      const AttributeId id = find_attribute_id(name, dictionary, buffer);
      if (id == kNoAttribute) continue;
      add_with_subtypes(id, out);
    }
  }
}

}  // namespace postern::directory
