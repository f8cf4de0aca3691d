#pragma once
// Copies of a store's database: one file, whole and consistent, made while others read and write.
//
//   copy_database(url, base, to)   `to` must not exist; it appears only when it is whole (0600)
//   inspect_copy(file)             every page and index read back; what is in it
//   restore_database(url, base, copy)   puts a copy in the database's place
//
// A restored database gets a new epoch, so that every read model knows that its own is of another
// time. The files that it replaces are kept beside it; their new name is returned. No process may
// have the database open during a restore: the caller holds the state lock.
// Errors: core::StoreError, a sentence. Thread: any; one call at a time per database.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace postern::store {

struct CopyReport {
  int schema = 0;
  std::int64_t users = 0, groups = 0, last_change = 0;
  std::int64_t octets = 0;
};

CopyReport copy_database(std::string_view url, const std::filesystem::path& base,
                         const std::filesystem::path& to);
CopyReport copy_database_file(const std::filesystem::path& from, const std::filesystem::path& to);
CopyReport inspect_copy(const std::filesystem::path& file);

struct RestoreReport {
  CopyReport copy;
  std::filesystem::path kept;  // where the former database is; "" = there was none
};
RestoreReport restore_database(std::string_view url, const std::filesystem::path& base,
                               const std::filesystem::path& copy);

}  // namespace postern::store
