#pragma once
// Projector: keeps the environment current. It follows the Store's feed on a thread of its own, in
// order, in small transactions that carry the sequence number with them; woken by commits of this
// node and once a second for those of others. It builds a new environment when the present one
// cannot be trusted or followed: none yet, another layout (also: a profile that no provider had
// before, other attribute types), unclean after a power cut, another epoch
// of the Store, a sequence number from the future, a gap in the feed. The old one serves until the
// new one is current.
//
// Thread: start(), stop() from the owner; wait_applied() and rebuild() from any; the rest its own.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "directory/change_ring.h"
#include "directory/directory.h"
#include "directory/mark.h"
#include "directory/reader.h"
#include "directory/writer.h"

namespace postern::directory {

class Projector {
 public:
  // `changes` hears of every entry that changed.
  Projector(core::Store& store, Options options, Readers& readers, ChangeRing& changes);
  ~Projector();
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  void start();
  void stop();
  bool wait_applied(std::int64_t seq, std::chrono::milliseconds timeout);
  void rebuild();
  void reshape(std::shared_ptr<const Shapes> shapes);

  std::uint64_t security_epoch() const noexcept { return epoch_.load(std::memory_order_acquire); }
  std::uint64_t catalog_version() const noexcept {
    return catalog_version_.load(std::memory_order_acquire);
  }
  core::Directory::Freshness freshness() const noexcept;
  void fill(Metrics& metrics) const;

 private:
  // Shared with the Store's listener, which may be called after we are gone.
  struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    bool ring = false;
    bool stop = false;
    bool rebuild = false;
    std::int64_t heard = 0;  // highest sequence number announced
  };

  void run();
  void turn();
  bool open_existing();
  void follow();
  bool must_rebuild();
  // Whether the environment holds all that the catalog needs, shaped as it is said now; if so, its
  // layouts are attached.
  bool fits(Environment& environment, const core::Catalog& catalog) const;
  static constexpr std::size_t kBatch = 100;        // changes in one transaction
  static constexpr std::chrono::seconds kQuiet{5};  // before unneeded layouts go
  bool has_unneeded(const Environment& environment) const;
  void drop_unneeded(Environment& environment);
  void tidy();
  bool config_fits(const Environment& environment, const std::string& config, MDB_txn* txn) const;
  void take_shapes();
  std::vector<std::shared_ptr<const Layout>> wanted_layouts(const Environment& environment);
  bool apply_batch(Environment& environment, std::int64_t& at, std::size_t& count);
  void apply(Writer& writer, const std::vector<core::Change>& changes, bool& config);
  void build();
  bool build_once();
  void after_commit(std::int64_t seq, bool logins, bool config, bool names);
  void publish(std::shared_ptr<Environment> environment, bool recompile);
  std::shared_ptr<const core::Catalog> compile_config(const Environment& environment) const;
  std::shared_ptr<const core::Catalog> compile(const Environment& environment, MDB_txn* txn,
                                               const std::string& config) const;
  void mark(bool clean);
  void sync();
  void confirm(std::int64_t when_ns) noexcept;  // current with the Store as of then
  void release_waiters();
  void report(const char* what);

  core::Store& store_;
  const Options options_;
  Readers& readers_;
  ChangeRing& changes_;
  const std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  std::thread thread_;

  std::shared_ptr<Environment> environment_;  // projector's own from start() on
  std::shared_ptr<Environment> before_;       // found at the start, and not fit to serve
  std::shared_ptr<const Shapes> shapes_;
  std::shared_ptr<const Shapes> next_shapes_;  // under applied_mutex_
  Mark mark_;
  bool unsynced_ = false;
  std::chrono::steady_clock::time_point synced_{}, checked_{}, published_{};
  bool untidy_ = false;   // the configuration has changed since layouts were looked through
  bool failing_ = false;  // so that one trouble is one log line

  mutable std::mutex applied_mutex_;
  std::condition_variable applied_changed_;
  std::uint64_t rebuild_wanted_ = 0, rebuild_done_ = 0;  // under applied_mutex_
  std::string rebuild_error_;
  std::atomic<std::int64_t> applied_{0}, last_known_{0};
  std::atomic<std::uint64_t> epoch_{1}, catalog_version_{0}, rebuilds_{0};
  std::atomic<std::int64_t> confirmed_ns_{0};
  std::atomic<bool> reachable_{true};
};

}  // namespace postern::directory
