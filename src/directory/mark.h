#pragma once
// The mark: a small file, written with fsync and rename, that says which environment file serves
// and whether it may be trusted. LMDB runs without synchronisation, so after a power cut the file
// may be damaged: it counts only if it was closed cleanly, or if the machine has not been down
// since. Thread: the projector's only.

#include <cstdint>
#include <optional>
#include <string>

namespace postern::directory {

struct Mark {
  std::uint64_t file = 0;  // data-<file>.mdb
  std::string boot;        // boot id of the last writer
  std::string epoch;       // epoch of the Store it was built from
  bool clean = false;
  std::uint64_t octets = 0;  // of the file when the mark was written; the file never shrinks
};

std::optional<Mark> read_mark(const std::string& folder);
// Throws DirectoryError when it cannot be made durable.
void write_mark(const std::string& folder, const Mark& mark);

std::string this_boot();
std::uint64_t file_octets(const std::string& path);  // 0 = there is none
std::string data_path(const std::string& folder, std::uint64_t file);
// Removes environment files other than `keep`.
void remove_others(const std::string& folder, std::uint64_t keep);

}  // namespace postern::directory
