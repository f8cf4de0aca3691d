#pragma once
// Constructed attributes: those that follow from what every record says anyway, so that they are
// not stored: objectGUID, userAccountControl, pwdLastSet, shadowLastChange, shadowExpire, entryUSN.
// They are sent when a client names them (entryUSN also with `+`), and filters see them. A profile
// that maps one of them has it stored like any other.
//
// Sources: MS-ADA3 (objectGUID, userAccountControl, pwdLastSet), RFC 2307 2.2, 389 Directory Server
// (entryusn). Pure.

#include <array>
#include <string>

#include "directory/record.h"

namespace postern::directory {

const std::array<AttributeId, 6>& constructed_attributes() noexcept;
bool is_constructed(AttributeId id) noexcept;

// The value in `out`; false = an entry like this has none. `built` is the number of the change that
// the records of a build stand for.
bool construct(AttributeId id, const RecordView& record, std::uint64_t built, std::string& out);

}  // namespace postern::directory
