#pragma once
// BackupFile: where the client of `postern backup` puts the copy. A folder gives
// postern-<UTC time>.db in it; a file must not exist yet. The name appears when the copy is whole:
// until finish() it is `<name>.part`, which is removed when nothing came of it.
//
// With `keep`, finish() removes the oldest copies of that folder beyond so many; only files that
// are named as we name them. Errors: StateError, a sentence. Thread: one.

#include <cstddef>
#include <filesystem>
#include <optional>

namespace postern::app {

class BackupFile {
 public:
  BackupFile(const std::filesystem::path& where, std::optional<std::size_t> keep);
  ~BackupFile();
  BackupFile(const BackupFile&) = delete;
  BackupFile& operator=(const BackupFile&) = delete;

  const std::filesystem::path& name() const noexcept { return name_; }
  int fd() const noexcept { return fd_; }  // readable and writable, empty
  void finish();

 private:
  void prune() const;

  std::filesystem::path name_, part_;
  std::optional<std::size_t> keep_;
  int fd_ = -1;
};

}  // namespace postern::app
