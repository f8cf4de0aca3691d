#pragma once
// The SQLite driver of the Database seam: write-ahead log with full synchronisation (a commit that
// was acknowledged survives power loss), foreign keys on, one writer, a pool of readers. SQLite
// itself is visible in the .cpp files of the driver only.
//
// Errors: StoreError; gone = the file cannot be opened or read. Thread-safe.

#include <cstddef>
#include <filesystem>
#include <memory>

#include "store/database.h"

namespace postern::store {

struct SqliteOptions {
  std::size_t readers = 4;
  int busy_timeout_ms = 5000;
};

std::unique_ptr<Database> open_sqlite(const std::filesystem::path& file,
                                      const SqliteOptions& options);

}  // namespace postern::store
