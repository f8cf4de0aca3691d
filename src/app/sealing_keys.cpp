#include "app/sealing_keys.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include "core/credentials/reseal.h"
#include "core/hex.h"
#include "core/log.h"
#include "core/model/time_text.h"
#include "store/reseal.h"

namespace postern::app {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw StateError(what + " " + path.string() + ": " + std::strerror(errno));
}

fs::path next_of(const fs::path& file) { return file.string() + ".next"; }

// Nothing: there is none, or it was not written to its end.
std::optional<core::SealingKey> read_next_key(const fs::path& file) {
  const int fd = ::open(next_of(file).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  core::SealingKey key{};
  const bool whole = ::read(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size());
  ::close(fd);
  return whole ? std::optional(key) : std::nullopt;
}

void sync_folder(const fs::path& file) {
  const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail("cannot open", folder);
  const int result = ::fsync(fd);
  ::close(fd);
  if (result != 0) fail("cannot write", folder);
}

// The rotation was committed, so the new key counts whatever becomes of the files.
void finish_rotation(const fs::path& file) {
  try {
    const fs::path kept = take_next_key(file);
    log::warning("sealing_key.rotation_finished", {{"former", kept.string()}});
  } catch (const StateError& error) {
    log::warning("sealing_key.rotation_unfinished", {{"why", error.what()}});
  }
}

core::SealingKey with_subkeys(const core::SealingKey& key, std::string_view packed,
                              core::Random& random) {
  if (packed.empty()) return key;
  const auto kept = core::unpack_subkeys(packed, core::Sealer(key, random));
  if (!kept) throw StateError("the database's kept subkeys do not open with the sealing key");
  core::keep_subkeys(key, *kept);
  return key;
}

}  // namespace

fs::path sealing_key_file(const Config& config) {
  return config.sealing_key.empty() ? config.state_dir / "sealing.key" : config.sealing_key;
}

std::string mark_text(const core::SealingKey& key) { return core::to_hex(core::sealing_mark(key)); }

core::SealingKey open_sealing_key(const StateDir& state, const Config& config,
                                  core::Random& random) {
  const fs::path file = sealing_key_file(config);
  const core::SealingKey key = state.sealing_key(random);
  const std::string mark = mark_text(key);
  const store::SealingState said = store::sealing_state(config.store.url);
  if (said.mark.empty() || said.mark == mark) {
    remove_next_key(file);
    return with_subkeys(key, said.subkeys, random);
  }
  const auto next = read_next_key(file);
  if (next && mark_text(*next) == said.mark) {
    finish_rotation(file);
    return with_subkeys(*next, said.subkeys, random);
  }
  throw StateError("the database is sealed under another key than that of " + file.string() +
                   " (ids " + said.mark.substr(2) + " and " + mark.substr(2) +
                   "): put the former key back, or restore a copy of the database that is of this "
                   "key");
}

core::SealingKey write_next_key(const fs::path& file, core::Random& random) {
  struct stat old {};
  if (::stat(file.c_str(), &old) != 0) fail("cannot read the sealing key", file);
  core::SealingKey key{};
  random.fill(key);
  const fs::path next = next_of(file);
  ::unlink(next.c_str());
  const int fd = ::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) fail("cannot write the new sealing key", next);
  const bool written =
      ::fchown(fd, old.st_uid, old.st_gid) == 0 && ::fchmod(fd, old.st_mode & 0777U) == 0 &&
      ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) fail("cannot write the new sealing key", next);
  sync_folder(file);
  return key;
}

void remove_next_key(const fs::path& file) noexcept { ::unlink(next_of(file).c_str()); }

fs::path take_next_key(const fs::path& file) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const fs::path kept =
      file.string() + ".before-" +
      core::compact_time_text(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  if (::link(file.c_str(), kept.c_str()) != 0 && errno != EEXIST) {
    fail("cannot keep the former sealing key as", kept);
  }
  if (::rename(next_of(file).c_str(), file.c_str()) != 0) fail("cannot replace", file);
  sync_folder(file);
  return kept;
}

}  // namespace postern::app
