#include "directory/locate.h"

#include "directory/target.h"
#include "protocols/ldap/dn.h"

namespace postern::directory {
namespace {

using ldap::Located;

Located::Kind kind_of(Target::Kind kind) noexcept {
  switch (kind) {
    case Target::Kind::outside:
      return Located::Kind::outside;
    case Target::Kind::missing:
      return Located::Kind::missing;
    case Target::Kind::upper:
      return Located::Kind::upper;
    case Target::Kind::user:
      return Located::Kind::user;
    case Target::Kind::group:
      return Located::Kind::group;
    case Target::Kind::virtual_group:
      break;
  }
  return Located::Kind::virtual_group;
}

EntryKind kind_in(Container container) noexcept {
  return container == Container::users    ? EntryKind::user
         : container == Container::groups ? EntryKind::group
                                          : EntryKind::virtual_group;
}

void place_in(const View& view, Container container, Located& out) {
  if (container == Container::base) {
    out.place = Located::Place::base;
    return;
  }
  out.place = container == Container::users    ? Located::Place::users
              : container == Container::groups ? Located::Place::groups
                                               : Located::Place::virtual_groups;
  out.rdn_attribute = ldap::attribute(view.layout->rdn_attribute(kind_in(container))).name;
  out.parent = view.upper(container).dn;
}

}  // namespace

Located locate(Lease& lease, const View& view, std::string_view dn) {
  std::string value, key;
  const Target target = resolve(lease, view, dn, value, key);
  Located out;
  out.kind = kind_of(target.kind);
  if (out.kind == Located::Kind::outside) return out;
  if (target.id != 0) out.pk = number_of(target.id);
  const std::string_view above = ldap::normal_parent(dn);
  if (!ldap::normal_is_within(above, view.base_normal)) return out;  // the base itself
  const Target parent = resolve(lease, view, above, value, key);
  if (parent.kind == Target::Kind::upper) {
    place_in(view, parent.upper, out);
  } else if (parent.kind != Target::Kind::missing) {
    out.place = Located::Place::leaf;
  }
  return out;
}

}  // namespace postern::directory
