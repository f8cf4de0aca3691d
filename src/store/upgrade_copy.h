#pragma once
// A copy of the database as it was, kept beside it before a migration changes it:
// `<file>.before-schema-<new schema>-<UTC time>`, verified like every copy (backup.h). Put back by
// `postern restore`, or by its name with the program that wrote it.
//
// Nothing happens for a database that is new or current. At most `keep` such copies stay, the
// newest. Errors: core::StoreError; then nothing is migrated. Thread: as open_store.

#include <cstddef>
#include <filesystem>

#include "store/database.h"

namespace postern::store {

// `connection` is one to `file`, outside a transaction.
void copy_before_migration(Connection& connection, const std::filesystem::path& file,
                           std::size_t keep);

}  // namespace postern::store
