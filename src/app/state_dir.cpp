#include "app/state_dir.h"

#include <fcntl.h>
#include <grp.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace postern::app {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  throw StateError(what + " " + path.string() + ": " + std::strerror(errno));
}

void become_owner_of(const std::filesystem::path& path) {
  if (::geteuid() != 0) return;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) fail("cannot read the state folder", path);
  if (info.st_uid == 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setgid(info.st_gid) != 0 || ::setuid(info.st_uid) != 0) {
    fail("cannot take on the user that owns the state folder", path);
  }
}

}  // namespace

StateDir::StateDir(std::filesystem::path path, std::filesystem::path sealing_key)
    : path_(std::move(path)),
      sealing_key_(sealing_key.empty() ? path_ / "sealing.key" : std::move(sealing_key)) {
  std::error_code error;
  if (std::filesystem::create_directories(path_, error); error) {
    throw StateError("cannot make the state folder " + path_.string() + ": " + error.message());
  }
  become_owner_of(path_);
  if (::chmod(path_.c_str(), 0700) != 0) fail("cannot set the permissions of", path_);
}

StateDir::~StateDir() {
  if (lock_ >= 0) ::close(lock_);
}

bool StateDir::try_lock() {
  const auto file = path_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) fail("cannot open", file);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK) fail("cannot lock", file);
  ::close(lock_);
  lock_ = -1;
  return false;
}

std::array<std::uint8_t, 32> StateDir::sealing_key(core::Random& random) const {
  const std::filesystem::path& file = sealing_key_;
  std::array<std::uint8_t, 32> key{};
  int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    std::array<std::uint8_t, 33> octets{};
    const ssize_t size = ::read(fd, octets.data(), octets.size());
    ::close(fd);
    if (size != 32) throw StateError("sealing key " + file.string() + " must hold 32 octets");
    std::memcpy(key.data(), octets.data(), key.size());
    sodium_memzero(octets.data(), octets.size());
    return key;
  }
  if (errno != ENOENT) fail("cannot read the sealing key", file);
  if (std::filesystem::exists(path_ / "postern.db")) {
    throw StateError("the sealing key " + file.string() +
                     " is missing, but a database is there: put the key back from its backup");
  }
  random.fill(key);
  const std::filesystem::path fresh = file.string() + ".new";
  fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) fail("cannot write the sealing key", fresh);
  const bool written = ::write(fd, key.data(), key.size()) == 32 && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) {
    fail("cannot write the sealing key", file);
  }
  return key;
}

}  // namespace postern::app
