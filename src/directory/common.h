#pragma once
// Common: the attributes that all entries of a kind share with the same values (object classes, who
// made them, ...). They are kept once, not in each record: an entry is its record and the common
// part of its kind. The base entry and the containers have everything in their records; their
// common part is empty.
//
// Static data made at first use; thread-safe.

#include "directory/record.h"

namespace postern::directory {

const RecordView& common_of(EntryKind kind) noexcept;

}  // namespace postern::directory
