#pragma once
// ReadModel: the Directory of one node, an LMDB environment fed by the Store's change feed. It
// answers the core's lookups (core/ports/directory.h) and LDAP searches (protocols/ldap/tree.h),
// and runs the projector thread that keeps it current. It is disposable: everything in it can be
// built anew.
//
// Owns: the folder `Options::folder` (environment files and the mark), the projector thread.
// Thread: lookups and searches from any thread, lock-free against the projector; start(), stop()
// and the constructor from one thread. All calls of lookups must have returned before destruction.
// Errors: start() throws DirectoryError when the folder cannot be used; afterwards a broken
// environment is answered with Lookup::unavailable / ResultCode::unavailable and logged.
// Sources: design.md 2 (idea 3), 3, 7 (Directory, Feed, Stale Directory); hotpath.md 4 and 6.

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/ports/directory.h"
#include "core/ports/store.h"
#include "protocols/ldap/tree.h"

namespace postern::directory {

struct Shapes;  // profile.h

class DirectoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  std::string folder;                                 // made (0700) when missing
  std::uint64_t map_octets = std::uint64_t{1} << 36;  // address space, not memory
  std::string boot_id;                                // "" = this machine's, from /proc
  bool niced = true;                                  // projector at nice 10
  std::size_t sort_octets = std::size_t{64} << 20;    // ids and keys of all sorted searches
  // Profiles and declared attribute types; null = the default profile alone.
  std::shared_ptr<const Shapes> shapes;
};

struct Metrics {
  std::uint64_t entries = 0;          // users and groups
  std::int64_t applied = 0;           // feed sequence number
  std::int64_t lag = 0;               // changes committed but not applied, as far as known
  std::uint64_t rebuilds = 0;         // since start
  std::int64_t oldest_reader_ms = 0;  // age of the oldest read transaction in use now
  std::uint64_t file_octets = 0;
};

class ReadModel final : public core::Directory, public ldap::Tree {
 public:
  // Opens nothing yet. `store` must outlive stop().
  ReadModel(core::Store& store, Options options);
  ~ReadModel() override;
  ReadModel(const ReadModel&) = delete;
  ReadModel& operator=(const ReadModel&) = delete;

  // Opens the environment, or builds it when there is none that may be trusted, then starts the
  // projector. Takes milliseconds at any size unless a build is due. While the Store is away an
  // existing environment is served as it is.
  void start();
  // Applies nothing more, writes the clean mark, ends the projector. Lookups go on until
  // destruction.
  void stop();

  // Waits until change `seq` is visible to readers. false = not within `timeout`. seq 0 is always.
  // Never call it while holding a connection, transaction or permit.
  bool wait_applied(std::int64_t seq, std::chrono::milliseconds timeout);
  // Builds a new environment beside the old one and swaps it in; returns when it serves. Throws
  // DirectoryError when that failed (the old one goes on serving).
  void rebuild();

  // Takes other profiles and types. What needs a new build is built beside the present one, which
  // serves until then. Returns at once.
  void reshape(std::shared_ptr<const Shapes> shapes);

  Metrics metrics() const;

  // core::Directory
  core::Lookup find_user(core::UserField field, std::string_view value,
                         core::LoginRecord& out) const override;
  core::Lookup read_user(core::UserId pk, core::LoginRecord& out) const override;
  std::uint64_t generation(core::UserId pk) const override;
  std::uint64_t security_epoch() const noexcept override;
  std::shared_ptr<const core::Catalog> catalog() const override;
  std::uint64_t catalog_version() const noexcept override;
  Freshness freshness() const noexcept override;

  // ldap::Tree
  std::shared_ptr<const ldap::SchemaExtension> schema() const override;
  ldap::Turn search(const ldap::SearchRequest& request, std::int32_t message_id,
                    const ldap::Viewer& viewer, const ldap::SearchLimits& limits,
                    const ldap::SearchExtras& extras, ldap::SearchCursor& cursor,
                    Octets& out) override;
  ldap::SortVerdict judge_sort(std::span<const ldap::SortKey> keys) override;
  std::uint64_t last_change() const noexcept override;
  bool has_lost_changes(const ldap::SearchCursor& cursor) const noexcept override;
  ldap::Turn compare(const ldap::CompareRequest& request, const ldap::Viewer& viewer) override;
  ldap::Located locate(std::string_view dn, std::int64_t provider) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace postern::directory
