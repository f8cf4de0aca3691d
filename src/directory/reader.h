#pragma once
// Readers: each thread that looks into the read model has a Slot with one kept LMDB read
// transaction, its cursors and its buffers. A Lease is one use of it: it renews the transaction and
// resets it at the end, so that no reader outlives a call and the file cannot grow behind a
// forgotten one.
//
// A Slot's mutex is its thread's own; only swapping environments and the metrics take it from
// outside, so it is free on the hot path. A dying thread leaves its Slot to the next new one.
// Errors: LmdbError from Lease; DirectoryError when no environment is open.

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "directory/view.h"

namespace postern::directory {

struct SearchScratch;  // search.h

struct ReaderSlot {
  ReaderSlot();
  ~ReaderSlot();
  ReaderSlot(const ReaderSlot&) = delete;
  ReaderSlot& operator=(const ReaderSlot&) = delete;
  void drop();  // closes the transaction and forgets the snapshot

  std::mutex mutex;
  std::shared_ptr<const Snapshot> snapshot;
  std::uint64_t version = 0;  // of `snapshot`
  MDB_txn* txn = nullptr;     // reset while idle
  // A cursor is kept from lease to lease and bound anew to the renewed transaction at its first
  // use.
  struct Kept {
    MDB_cursor* cursor = nullptr;
    std::uint64_t lease = 0;  // in which it was renewed
  };
  std::array<Kept, kMaxLayouts> index, records;
  Kept names;
  std::uint64_t lease = 0;                // number of the present one
  std::atomic<bool> owned{true};          // its thread lives
  std::atomic<std::int64_t> since_ns{0};  // start of the lease, 0 = idle
  std::string text;                       // for lookups
  std::unique_ptr<SearchScratch> scratch;
};

class Readers {
 public:
  Readers();
  ~Readers();
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  // Replaces what readers see; returns once nobody uses an environment other than the new one.
  void publish(std::shared_ptr<const Snapshot> snapshot);
  std::shared_ptr<const Snapshot> current() const;
  std::int64_t oldest_ms() const;

 private:
  friend class Lease;
  ReaderSlot& mine();
  std::shared_ptr<ReaderSlot> adopt();

  const std::uint64_t serial_;  // tells Readers apart in a thread's memory
  mutable std::mutex mutex_;    // guards snapshot_ and slots_
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<std::shared_ptr<ReaderSlot>> slots_;
  std::atomic<std::uint64_t> version_{0};
};

class Lease {
 public:
  explicit Lease(Readers& readers);
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const Snapshot& snapshot() const noexcept { return *slot_.snapshot; }
  // Chooses whose records and index are read from now on; at first those of layout 0.
  void use(const Layout& layout) noexcept { layout_ = layout.number(); }
  LayoutNumber layout() const noexcept { return layout_; }
  const Tables& tables() const noexcept { return slot_.snapshot->environment->tables(layout_); }
  MDB_txn* txn() const noexcept { return slot_.txn; }
  MDB_cursor* index();    // on the index table
  MDB_cursor* records();  // on the records table
  MDB_cursor* names();    // on the names table
  std::string& text() const noexcept { return slot_.text; }
  ReaderSlot& slot() const noexcept { return slot_; }

 private:
  void refresh(Readers& readers);
  void begin();
  MDB_cursor* ready(ReaderSlot::Kept& kept, MDB_dbi table);

  ReaderSlot& slot_;
  std::unique_lock<std::mutex> lock_;
  LayoutNumber layout_ = 0;
};

}  // namespace postern::directory
