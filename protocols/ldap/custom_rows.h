#pragma once
// The types of an extension as rows, for the writer of the subschema. Views point into the
// extension. Internal to protocols/ldap.

#include <vector>

#include "protocols/ldap/schema_extension.h"
#include "protocols/ldap/schema_rows.h"

namespace postern::ldap {

std::vector<AttributeRow> custom_rows(const SchemaExtension& extension);

}  // namespace postern::ldap
