#pragma once
// StateDir: the folder that holds everything a node keeps: database, read model, certificates,
// sealing key, admin socket. One process owns it at a time, by a lock that the kernel drops when it
// dies.
//
//   postern.db       the Store          lock          held by the owner
//   directory/       the read model     sealing.key   32 octets, 0600, made at first start
//   tls/             certificates       admin.sock    commands beside a running server
//
// The sealing key may live elsewhere (`sealing_key` of the configuration), away from the database
// that it protects.
//
// Errors: StateError, a sentence that names the path. Thread: owner's.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "core/ports/random.h"

namespace postern::app {

class StateError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class StateDir {
 public:
  // Makes the folder (0700) when missing and gives up root's rights for those of its owner, so that
  // no file of a service user is ever made by root.
  // `sealing_key`: its file, "" = the one in the folder.
  explicit StateDir(std::filesystem::path path, std::filesystem::path sealing_key = {});
  ~StateDir();
  StateDir(const StateDir&) = delete;
  StateDir& operator=(const StateDir&) = delete;

  // False: another process holds it.
  bool try_lock();

  // The sealing key; made when there is none and the database does not exist yet either. Refuses to
  // make a new one beside an existing database, whose sealed secrets it could not open.
  std::array<std::uint8_t, 32> sealing_key(core::Random& random) const;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path admin_socket() const { return path_ / "admin.sock"; }
  std::filesystem::path directory() const { return path_ / "directory"; }
  std::filesystem::path tls() const { return path_ / "tls"; }

 private:
  std::filesystem::path path_;
  std::filesystem::path sealing_key_;
  int lock_ = -1;
};

}  // namespace postern::app
