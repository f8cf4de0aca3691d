#pragma once
// A user as an LDAP entry that can be written: stored object -> image -> fields to write.
//
// The attribute that names entries, uid and sAMAccountName are the username; displayName (and cn
// where it does not name entries) is the name; mail is the e-mail address; uidNumber, gidNumber,
// ak-active, userAccountControl (bit 2), pwdReset and pwdLastSet (0, -1) are fields of their own.
// Everything else, sn and givenName included when they do not follow from the name, is kept among
// the user's attributes, binary values as base64. userPassword is not of this file.
// Refused: what is computed or of the server (19), what nobody knows (17), secrets by other names
// (53). Pure functions.

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

#include "core/model/model.h"
#include "outpost/ldap/update_image.h"

namespace postern::outpost {

EntryImage user_image(const core::Object& stored, std::string_view rdn_attribute);

// Whether an update may name the attribute at all, for users (`group` false) or groups.
// `stored_attributes`: names that the schema does not know but the entry has.
MaybeFault check_attribute(std::string_view name, bool group,
                           const boost::json::object& stored_attributes);

// The fields that the touched attributes of the image mean. `stored`: nullptr at creation.
// `username`: from the DN at creation, else the stored one.
MaybeFault user_fields(const EntryImage& image, const core::Object* stored,
                       std::string_view username, std::string_view rdn_attribute,
                       core::Object& fields);

}  // namespace postern::outpost
