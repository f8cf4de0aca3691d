#pragma once
// A group as an LDAP entry that can be written. The naming attribute and sAMAccountName are the
// name, gidNumber and ak-superuser fields of their own; members are in update_members.h; everything
// else is kept among the group's attributes. Pure functions.

#include <string_view>

#include "core/model/model.h"
#include "outpost/ldap/update_image.h"

namespace postern::outpost {

EntryImage group_image(const core::Object& stored, std::string_view rdn_attribute);

// As user_fields().
MaybeFault group_fields(const EntryImage& image, const core::Object* stored, std::string_view name,
                        std::string_view rdn_attribute, core::Object& fields);

}  // namespace postern::outpost
