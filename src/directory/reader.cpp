#include "directory/reader.h"

#include <utility>

#include "core/time.h"
#include "directory/directory.h"
#include "directory/search.h"

namespace postern::directory {
namespace {

std::atomic<std::uint64_t> g_next_serial{1};

// What a thread remembers: its slots, one for each read model it has used. Slots are shared with
// their Readers, so either may die first.
struct ThreadSlots {
  std::vector<std::pair<std::uint64_t, std::shared_ptr<ReaderSlot>>> slots;
  ~ThreadSlots() {
    for (auto& [serial, slot] : slots) slot->owned.store(false, std::memory_order_release);
  }
};
thread_local ThreadSlots t_slots;

std::int64_t now_ns() {
  return core::coarse_now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace

ReaderSlot::ReaderSlot() : scratch(std::make_unique<SearchScratch>()) {}
ReaderSlot::~ReaderSlot() { drop(); }

void ReaderSlot::drop() {
  const auto close = [](Kept& kept) {
    if (kept.cursor != nullptr) mdb_cursor_close(kept.cursor);
    kept = {};
  };
  for (Kept& kept : index) close(kept);
  for (Kept& kept : records) close(kept);
  close(names);
  if (txn != nullptr) mdb_txn_abort(txn);
  txn = nullptr;
  snapshot.reset();
  version = 0;
}

Readers::Readers() : serial_(g_next_serial.fetch_add(1)) {}

Readers::~Readers() {
  // Threads may keep their slots; the map goes away under them, so everything in it is let go here.
  for (const auto& slot : slots_) {
    const std::lock_guard lock(slot->mutex);
    slot->drop();
  }
}

void Readers::publish(std::shared_ptr<const Snapshot> snapshot) {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<const Snapshot> before = std::exchange(snapshot_, std::move(snapshot));
  version_.fetch_add(1, std::memory_order_release);
  if (before == nullptr || before->environment == snapshot_->environment) return;
  // Whoever takes its slot from now on sees the new version; wait for those inside, slot by slot.
  for (const auto& slot : slots_) {
    const std::lock_guard inside(slot->mutex);
    if (slot->snapshot != nullptr && slot->snapshot->environment == before->environment)
      slot->drop();
  }
}

std::shared_ptr<const Snapshot> Readers::current() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

std::int64_t Readers::oldest_ms() const {
  const std::lock_guard lock(mutex_);
  std::int64_t oldest = 0;
  const std::int64_t now = now_ns();
  for (const auto& slot : slots_) {
    const std::int64_t since = slot->since_ns.load(std::memory_order_relaxed);
    if (since != 0 && now - since > oldest) oldest = now - since;
  }
  return oldest / 1'000'000;
}

std::shared_ptr<ReaderSlot> Readers::adopt() {
  const std::lock_guard lock(mutex_);
  for (const auto& slot : slots_) {
    bool owned = false;
    if (slot->owned.compare_exchange_strong(owned, true, std::memory_order_acq_rel)) return slot;
  }
  slots_.push_back(std::make_shared<ReaderSlot>());
  return slots_.back();
}

ReaderSlot& Readers::mine() {
  for (const auto& [serial, slot] : t_slots.slots) {
    if (serial == serial_) return *slot;
  }
  // Slots that only this thread still holds belong to read models that are gone.
  std::erase_if(t_slots.slots, [](const auto& held) { return held.second.use_count() == 1; });
  t_slots.slots.emplace_back(serial_, adopt());
  return *t_slots.slots.back().second;
}

Lease::Lease(Readers& readers) : slot_(readers.mine()), lock_(slot_.mutex) {
  slot_.since_ns.store(now_ns(), std::memory_order_relaxed);
  try {
    refresh(readers);
    begin();
  } catch (...) {
    slot_.since_ns.store(0, std::memory_order_relaxed);
    throw;
  }
}

Lease::~Lease() {
  mdb_txn_reset(slot_.txn);
  slot_.since_ns.store(0, std::memory_order_relaxed);
}

void Lease::refresh(Readers& readers) {
  const std::uint64_t version = readers.version_.load(std::memory_order_acquire);
  if (version == slot_.version && slot_.snapshot != nullptr) return;
  // Not under our slot's lock and theirs at once: publish() takes them the other way round.
  lock_.unlock();
  std::shared_ptr<const Snapshot> fresh;
  std::uint64_t fresh_version = 0;
  {
    const std::lock_guard lock(readers.mutex_);
    fresh = readers.snapshot_;
    fresh_version = readers.version_.load(std::memory_order_relaxed);
  }
  lock_.lock();
  if (readers.version_.load(std::memory_order_acquire) != fresh_version) return refresh(readers);
  if (fresh == nullptr || fresh->environment == nullptr)
    throw DirectoryError("no directory is open");
  if (slot_.snapshot != nullptr && slot_.snapshot->environment != fresh->environment) slot_.drop();
  slot_.snapshot = std::move(fresh);
  slot_.version = fresh_version;
}

void Lease::begin() {
  if (slot_.txn == nullptr) {
    check(mdb_txn_begin(slot_.snapshot->environment->env(), nullptr, MDB_RDONLY, &slot_.txn),
          "mdb_txn_begin");
  } else {
    const int rc = mdb_txn_renew(slot_.txn);
    if (rc != MDB_SUCCESS) {
      slot_.drop();
      throw LmdbError("mdb_txn_renew", rc);
    }
  }
  ++slot_.lease;
}

MDB_cursor* Lease::ready(ReaderSlot::Kept& kept, MDB_dbi table) {
  if (kept.lease == slot_.lease) return kept.cursor;
  if (kept.cursor == nullptr) {
    check(mdb_cursor_open(slot_.txn, table, &kept.cursor), "mdb_cursor_open");
  } else {
    check(mdb_cursor_renew(slot_.txn, kept.cursor), "mdb_cursor_renew");
  }
  kept.lease = slot_.lease;
  return kept.cursor;
}

MDB_cursor* Lease::index() { return ready(slot_.index[layout_], tables().index); }
MDB_cursor* Lease::records() { return ready(slot_.records[layout_], tables().records); }
MDB_cursor* Lease::names() { return ready(slot_.names, tables().names); }

}  // namespace postern::directory
