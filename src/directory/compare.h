#pragma once
// Compare: one assertion on one entry (RFC 4511 4.10): compareTrue, compareFalse, or why it cannot
// be told: noSuchObject, undefinedAttributeType, inappropriateMatching, invalidAttributeSyntax,
// noSuchAttribute. Hidden entries are missing ones, hidden attributes are not in the entry. Thread:
// the lease's; one entry is read, whatever the assertion.

#include "directory/search.h"

namespace postern::directory {

ldap::Turn compare(Lease& lease, const View& view, const ldap::CompareRequest& request,
                   const ldap::Viewer& viewer);

}  // namespace postern::directory
