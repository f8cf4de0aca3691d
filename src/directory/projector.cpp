#include "directory/projector.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "core/log.h"
#include "directory/builder.h"
#include "directory/index_key.h"

namespace postern::directory {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 100;  // changes in one transaction
constexpr int kNice = 10;
constexpr auto kPoll = 1s;
constexpr auto kReaderCheck = 60s;

std::int64_t now_ns() { return Clock::now().time_since_epoch() / 1ns; }
std::int64_t coarse_ns() { return core::coarse_now().time_since_epoch() / 1ns; }

std::uint64_t file_octets(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : size;
}

void lower_priority() {
  // Linux: the nice value belongs to the thread.
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
  if (::setpriority(PRIO_PROCESS, thread, kNice) != 0) log::warning("directory.nice_failed");
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

// false = a build is due.
bool Projector::open_existing() {
  const auto found = read_mark(options_.folder);
  if (!found || (!found->clean && found->boot != options_.boot_id)) return false;
  const std::string path = data_path(options_.folder, found->file);
  if (!std::filesystem::exists(path)) return false;
  mark_ = *found;
  // Reading behind the end of a mapped file is a fault, not an error.
  if (file_octets(path) < found->octets) {
    log::warning("directory.unusable", {{"cause", "the file is shorter than it was"}});
    return false;
  }
  try {
    auto environment = std::make_shared<Environment>(path, found->file, options_.map_octets);
    if (!environment->usable()) return false;
    if (!fits(*environment, *compile_config(*environment))) {
      log::info("directory.rebuild", {{"cause", "other profiles or attribute types"}});
      return false;
    }
    remove_others(options_.folder, found->file);
    {
      const Txn txn(environment->env(), MDB_RDONLY);
      applied_.store(environment->applied(txn.get()));
    }
    publish(std::move(environment), true);
    return true;
  } catch (const std::exception& trouble) {
    log::warning("directory.unusable", {{"cause", trouble.what()}});
    return false;
  }
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

std::shared_ptr<const core::Catalog> Projector::compile(const Environment& environment,
                                                        MDB_txn* txn, const std::string& config) {
  std::string key;
  // By uuid or, where a person wrote it, by name: the last posting, as groups come after users.
  const auto group_with = [&](AttributeId attribute, std::string_view value) -> core::GroupNumber {
    equality_key(attribute, value, key);
    const Cursor cursor(txn, environment.tables().index);
    MDB_val k = to_val(key), v{};
    if (mdb_cursor_get(cursor.get(), &k, &v, MDB_SET) != MDB_SUCCESS) return 0;
    if (mdb_cursor_get(cursor.get(), &k, &v, MDB_LAST_DUP) != MDB_SUCCESS) return 0;
    const EntryId entry = read_id(from_val(v).data());
    return is_group(entry) ? number_of(entry) : 0;
  };
  std::string folded;
  const auto group_number = [&](std::string_view text) -> core::GroupNumber {
    const core::GroupNumber number = group_with(known().entryUUID, text);
    if (number != 0 || !ldap::prepare(ldap::Rule::caseIgnore, text, folded)) return number;
    return group_with(known().cn, folded);
  };
  const auto shape_of = [this](std::string_view name) {
    const Profile* profile = shapes_->find(name);
    return profile == nullptr ? std::nullopt : std::optional(dn_shape_of(*profile));
  };
  return core::compile_catalog(parse_config(config), catalog_version_.load() + 1, group_number,
                               shape_of);
}

std::shared_ptr<const core::Catalog> Projector::compile_config(const Environment& environment) {
  const Txn txn(environment.env(), MDB_RDONLY);
  return compile(environment, txn.get(), environment.config(txn.get()));
}

bool Projector::fits(Environment& environment, const core::Catalog& catalog) const {
  if (environment.types() != shapes_->types_fingerprint()) return false;
  std::vector<std::shared_ptr<const Layout>> numbered(environment.layout_keys().size());
  for (const auto& wanted : layouts_of(catalog, *shapes_)) {
    const auto& keys = environment.layout_keys();
    const auto at = std::find(keys.begin(), keys.end(), wanted->key());
    if (at == keys.end()) return false;
    const auto number = static_cast<LayoutNumber>(at - keys.begin());
    numbered[number] = number == wanted->number()
                           ? wanted
                           : Layout::make(wanted->profile(), wanted->domain(), number);
  }
  // What no provider needs any more is written on as long as it is known how.
  for (std::size_t i = 0; i < numbered.size(); ++i) {
    if (numbered[i] == nullptr && i < environment.layouts().size()) {
      numbered[i] = environment.layouts()[i];
    }
    if (numbered[i] == nullptr) return false;
  }
  environment.attach(std::move(numbered));
  return true;
}

// Before a configuration is committed: false = it needs what this environment does not hold.
bool Projector::config_fits(const Environment& environment, const std::string& config,
                            MDB_txn* txn) {
  const auto& keys = environment.layout_keys();
  for (const auto& wanted : layouts_of(*compile(environment, txn, config), *shapes_)) {
    if (std::find(keys.begin(), keys.end(), wanted->key()) == keys.end()) return false;
  }
  return true;
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
    next->views = make_views(*next->catalog, *shapes_, environment->layouts());
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
  if (fresh) catalog_version_.fetch_add(1, std::memory_order_acq_rel);
}

std::vector<std::shared_ptr<const Layout>> Projector::wanted_layouts(
    const Environment& environment) {
  // Providers and their profiles are all that is asked of the configuration here.
  const Txn txn(environment.env(), MDB_RDONLY);
  const auto catalog = compile(environment, txn.get(), config_text(store_.load_config()));
  return layouts_of(*catalog, *shapes_);
}

void Projector::build() {
  // Once more when a provider got another profile at the wrong moment.
  while (!build_once()) log::info("directory.rebuild", {{"cause", "profiles have changed"}});
}

bool Projector::build_once() {
  const std::uint64_t file = std::max(mark_.file, environment_ ? environment_->file() : 0) + 1;
  const std::string path = data_path(options_.folder, file);
  std::filesystem::remove(path);
  std::filesystem::remove(path + "-lock");
  const std::string epoch = store_.epoch();
  auto environment = std::make_shared<Environment>(path, file, options_.map_octets);
  environment->found(shapes_->types_fingerprint(), wanted_layouts(*environment));
  std::int64_t at = Builder(*environment, store_, *shapes_, options_.folder).run();
  ::malloc_trim(0);  // a build needs memory that serving does not
  for (std::size_t count = kBatch; count == kBatch;) {
    // "Everything has changed" during a build: the feed brings it again when this environment
    // serves.
    if (!apply_batch(*environment, at, count)) break;
  }
  if (!fits(*environment, *compile_config(*environment))) return false;
  {
    Txn txn(environment->env(), 0);
    environment->stamp(txn.get(), epoch);
    txn.commit();
  }
  check(mdb_env_sync(environment->env(), 1), "mdb_env_sync");
  mark_ = {.file = file,
           .boot = options_.boot_id,
           .epoch = epoch,
           .clean = false,
           .octets = file_octets(path)};
  write_mark(options_.folder, mark_);
  publish(std::move(environment), true);
  remove_others(options_.folder, file);
  changes_.restart();
  rebuilds_.fetch_add(1);
  after_commit(at, true, false, false);
  return true;
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
