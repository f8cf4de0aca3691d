#include "directory/projector.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "core/log.h"

namespace postern::directory {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kNice = 10;
constexpr auto kPoll = 1s;
constexpr auto kReaderCheck = 60s;

std::int64_t now_ns() { return Clock::now().time_since_epoch() / 1ns; }
std::int64_t coarse_ns() { return core::coarse_now().time_since_epoch() / 1ns; }

void lower_priority() {
  // Linux: the nice value belongs to the thread.
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
  if (::setpriority(PRIO_PROCESS, thread, kNice) != 0) log::warning("directory.nice_failed");
}

// Base entries and containers are as old as the first entry.
std::uint32_t founded(const Environment& environment) {
  const Txn txn(environment.env(), MDB_RDONLY);
  const Cursor cursor(txn.get(), environment.tables().records);
  MDB_val key{}, value{};
  const int rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_FIRST);
  return rc == MDB_SUCCESS ? RecordView(from_val(value)).header().created : 0;
}

}  // namespace

Projector::Projector(core::Store& store, Options options, Readers& readers, ChangeRing& changes)
    : store_(store),
      options_([&options] {
        if (options.boot_id.empty()) options.boot_id = this_boot();
        return options;
      }()),
      readers_(readers),
      changes_(changes),
      shapes_(options_.shapes ? options_.shapes : std::make_shared<const Shapes>()) {}

Projector::~Projector() { stop(); }

void Projector::start() {
  std::error_code error;
  std::filesystem::create_directories(options_.folder, error);
  if (error || ::chmod(options_.folder.c_str(), 0700) != 0) {
    throw DirectoryError("cannot use the folder " + options_.folder);
  }
  store_.on_commit([bell = bell_](std::int64_t seq) {
    const std::lock_guard lock(bell->mutex);
    bell->ring = true;
    bell->heard = std::max(bell->heard, seq);
    bell->rung.notify_one();
  });
  if (!open_existing()) {
    try {
      const std::int64_t began = now_ns();
      build();
      confirm(began);
    } catch (const core::StoreError& trouble) {
      throw DirectoryError(std::string("no directory yet and no store: ") + trouble.what());
    } catch (const LmdbError& trouble) {
      throw DirectoryError(std::string("cannot build the directory: ") + trouble.what());
    }
  } else {
    turn();  // who asks right after the start is answered, not told to come back
  }
  thread_ = std::thread([this] { run(); });
}

void Projector::stop() {
  {
    const std::lock_guard lock(bell_->mutex);
    bell_->stop = true;
    bell_->rung.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Projector::run() {
  if (options_.niced) lower_priority();
  for (;;) {
    turn();
    std::unique_lock lock(bell_->mutex);
    bell_->rung.wait_for(lock, kPoll, [this] { return bell_->ring || bell_->stop; });
    if (bell_->stop) break;
    bell_->ring = false;
  }
  try {
    sync();
    if (!mark_.clean) mark(true);
  } catch (const std::exception& trouble) {
    report(trouble.what());
  }
  release_waiters();
}

void Projector::turn() {
  std::uint64_t wanted = 0;
  {
    const std::lock_guard lock(applied_mutex_);
    wanted = rebuild_wanted_ > rebuild_done_ ? rebuild_wanted_ : 0;
  }
  std::string error;
  try {
    take_shapes();
    if (wanted != 0) build();
    follow();
    tidy();
    if (unsynced_ && Clock::now() - synced_ >= kPoll) sync();
    if (Clock::now() - checked_ >= kReaderCheck) {
      int dead = 0;
      check(mdb_reader_check(environment_->env(), &dead), "mdb_reader_check");
      checked_ = Clock::now();
    }
    failing_ = false;
  } catch (const LmdbError& trouble) {
    error = trouble.what();
    report(trouble.what());
    if (trouble.damaged() || trouble.code() == MDB_BAD_TXN) mark_.epoch.clear();  // build next time
  } catch (const core::StoreError& trouble) {
    error = trouble.what();
    reachable_.store(false, std::memory_order_relaxed);
    report(trouble.what());
  } catch (const std::exception& trouble) {
    error = trouble.what();
    report(trouble.what());
  }
  if (wanted == 0) return;
  const std::lock_guard lock(applied_mutex_);
  rebuild_done_ = wanted;
  rebuild_error_ = error;
  applied_changed_.notify_all();
}

void Projector::report(const char* what) {
  if (!failing_) log::error("directory.projector_failed", {{"cause", what}});
  failing_ = true;
}

bool Projector::must_rebuild() {
  const std::int64_t last = store_.last_change();
  const std::int64_t applied = applied_.load();
  last_known_.store(last);
  const char* cause = nullptr;
  if (store_.epoch() != mark_.epoch) {
    cause = "another epoch of the store";
  } else if (applied > last) {
    cause = "the store is behind";
  } else if (applied < last) {
    const std::int64_t oldest = store_.oldest_change();
    if (oldest == 0 || oldest > applied + 1) cause = "a gap in the feed";
  }
  if (cause != nullptr) log::info("directory.rebuild", {{"cause", cause}});
  return cause != nullptr;
}

void Projector::follow() {
  std::int64_t began = now_ns();
  if (must_rebuild()) build();
  // Current as of `began` once everything is applied that was committed by then, however much
  // follows.
  std::int64_t by_then = last_known_.load();
  std::int64_t at = applied_.load();
  for (std::size_t count = kBatch; count == kBatch;) {
    {
      const std::lock_guard lock(bell_->mutex);
      if (bell_->stop) return;
    }
    if (!apply_batch(*environment_, at, count)) {
      build();
      at = applied_.load();
      count = kBatch;
    }
    if (at < by_then) continue;
    confirm(began);
    began = now_ns();
    by_then = count == kBatch ? store_.last_change() : at;
  }
  last_known_.store(std::max(last_known_.load(), applied_.load()));
}

void Projector::apply(Writer& writer, const std::vector<core::Change>& changes, bool& config) {
  // State is re-read, so one look at each is enough however often it changed.
  std::set<std::pair<char, std::int64_t>> done;
  for (const core::Change& change : changes) {
    if (!done.emplace(change.kind, change.id).second) continue;
    writer.at(change.seq);
    switch (change.kind) {
      case 'u':
        writer.user_changed(change.id);
        break;
      case 'g':
        writer.group_changed(change.id);
        break;
      case 'c':
        config = writer.config_changed() || config;
        break;
      default:
        break;
    }
  }
}

// Applies the next changes. false = they touch everything: build anew.
bool Projector::apply_batch(Environment& environment, std::int64_t& at, std::size_t& count) {
  const std::vector<core::Change> changes = store_.changes_after(at, kBatch);
  count = changes.size();
  if (changes.empty()) return true;
  for (const core::Change& change : changes) {
    if (change.kind == 'v') return false;
  }
  const bool serving = &environment == environment_.get();
  if (serving && mark_.clean) mark(false);
  Txn txn(environment.env(), 0);
  Writer writer(environment, txn.get(), store_, *shapes_);
  bool config = false;
  apply(writer, changes, config);
  if (config && !config_fits(environment, writer.config(), txn.get())) {
    log::info("directory.rebuild", {{"cause", "a profile that no provider had before"}});
    return false;
  }
  environment.set_applied(txn.get(), changes.back().seq);
  const bool logins = writer.logins_changed();
  const bool names = writer.names_changed();
  // A binding names its group by UUID: with other groups it may mean something else.
  const bool recompile = config || writer.groups_changed();
  txn.commit();
  at = changes.back().seq;
  if (!serving) return true;
  // Whoever begins to watch after this sees what was committed.
  changes_.append(writer.take_changes(), at);
  unsynced_ = true;
  after_commit(at, logins, recompile, names);
  return true;
}

void Projector::after_commit(std::int64_t seq, bool logins, bool config, bool names) {
  if (config || names) publish(environment_, config);
  // The epoch moves when readers can see the new state, not before.
  if (logins || config) epoch_.fetch_add(1, std::memory_order_acq_rel);
  const std::lock_guard lock(applied_mutex_);
  applied_.store(seq);
  applied_changed_.notify_all();
}

void Projector::reshape(std::shared_ptr<const Shapes> shapes) {
  {
    const std::lock_guard lock(applied_mutex_);
    next_shapes_ = std::move(shapes);
  }
  const std::lock_guard bell(bell_->mutex);
  bell_->ring = true;
  bell_->rung.notify_one();
}

void Projector::take_shapes() {
  std::shared_ptr<const Shapes> next;
  {
    const std::lock_guard lock(applied_mutex_);
    next = std::exchange(next_shapes_, nullptr);
  }
  if (next == nullptr) return;
  shapes_ = std::move(next);
  if (!fits(*environment_, *compile_config(*environment_))) return build();
  publish(environment_, true);
  epoch_.fetch_add(1, std::memory_order_acq_rel);
}

void Projector::publish(std::shared_ptr<Environment> environment, bool recompile) {
  auto next = std::make_shared<Snapshot>();
  const auto before = readers_.current();
  if (recompile || before == nullptr || before->catalog == nullptr) {
    next->catalog = compile_config(*environment);
    next->views =
        make_views(*next->catalog, *shapes_, environment->layouts(), founded(*environment));
    for (const std::string& problem : next->catalog->problems) {
      if (problem.find("there is no profile") != std::string::npos) {
        log::error("directory.unknown_profile", {{"cause", problem}});
      }
    }
  } else {
    next->catalog = before->catalog;
    next->views = before->views;
  }
  {
    const Txn txn(environment->env(), MDB_RDONLY);
    next->dictionary =
        Dictionary::load(txn.get(), environment->tables().attributes, shapes_->types);
    next->built = environment->built(txn.get());
  }
  next->environment = environment;
  const bool fresh = before == nullptr || next->catalog != before->catalog;
  readers_.publish(std::move(next));
  environment_ = std::move(environment);
  published_ = Clock::now();
  untidy_ = untidy_ || fresh;
  if (fresh) catalog_version_.fetch_add(1, std::memory_order_acq_rel);
}

void Projector::rebuild() {
  std::unique_lock lock(applied_mutex_);
  const std::uint64_t mine = ++rebuild_wanted_;
  {
    const std::lock_guard bell(bell_->mutex);
    if (bell_->stop || !thread_.joinable()) throw DirectoryError("the projector does not run");
    bell_->ring = true;
    bell_->rung.notify_one();
  }
  applied_changed_.wait(lock, [&] { return rebuild_done_ >= mine; });
  if (!rebuild_error_.empty()) throw DirectoryError("rebuild failed: " + rebuild_error_);
}

bool Projector::wait_applied(std::int64_t seq, std::chrono::milliseconds timeout) {
  std::unique_lock lock(applied_mutex_);
  return applied_changed_.wait_for(lock, timeout, [&] { return applied_.load() >= seq; });
}

void Projector::mark(bool clean) {
  mark_.clean = clean;
  mark_.boot = options_.boot_id;
  mark_.octets = file_octets(data_path(options_.folder, mark_.file));
  write_mark(options_.folder, mark_);
}

void Projector::sync() {
  if (environment_ != nullptr && unsynced_) {
    check(mdb_env_sync(environment_->env(), 1), "mdb_env_sync");
  }
  unsynced_ = false;
  synced_ = Clock::now();
}

void Projector::confirm(std::int64_t when_ns) noexcept {
  reachable_.store(true, std::memory_order_relaxed);
  confirmed_ns_.store(when_ns, std::memory_order_relaxed);
}

void Projector::release_waiters() {
  const std::lock_guard lock(applied_mutex_);
  if (rebuild_done_ < rebuild_wanted_) rebuild_error_ = "the projector stops";
  rebuild_done_ = rebuild_wanted_;
  applied_changed_.notify_all();
}

core::Directory::Freshness Projector::freshness() const noexcept {
  const std::int64_t confirmed = confirmed_ns_.load(std::memory_order_relaxed);
  // Never confirmed since start: as old as can be.
  constexpr std::int64_t kForever = std::int64_t{1} << 52;
  return {.age_ms = confirmed == 0 ? kForever : (coarse_ns() - confirmed) / 1'000'000,
          .store_reachable = reachable_.load(std::memory_order_relaxed),
          .applied = applied_.load(std::memory_order_relaxed)};
}

void Projector::fill(Metrics& metrics) const {
  metrics.applied = applied_.load();
  std::int64_t last = last_known_.load();
  {
    const std::lock_guard lock(bell_->mutex);
    last = std::max(last, bell_->heard);
  }
  metrics.lag = std::max<std::int64_t>(0, last - metrics.applied);
  metrics.rebuilds = rebuilds_.load();
}

}  // namespace postern::directory
