// The part of Projector that opens and builds environments: which one serves at the start, which
// layouts it holds, and how a new one is made beside it.

#include <malloc.h>

#include <algorithm>
#include <filesystem>

#include "core/log.h"
#include "directory/builder.h"
#include "directory/index_key.h"
#include "directory/projector.h"

namespace postern::directory {

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
      before_ = std::move(environment);
      return false;
    }
    // How to write those that no provider needs may be unknown by now: they go before anything is
    // written.
    if (has_unneeded(*environment)) {
      if (mark_.clean) mark(false);
      drop_unneeded(*environment);
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

std::shared_ptr<const core::Catalog> Projector::compile(const Environment& environment,
                                                        MDB_txn* txn,
                                                        const std::string& config) const {
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

std::shared_ptr<const core::Catalog> Projector::compile_config(
    const Environment& environment) const {
  const Txn txn(environment.env(), MDB_RDONLY);
  return compile(environment, txn.get(), environment.config(txn.get()));
}

bool Projector::fits(Environment& environment, const core::Catalog& catalog) const {
  if (environment.types() != shapes_->types_fingerprint()) return false;
  const auto& keys = environment.layout_keys();
  std::vector<std::shared_ptr<const Layout>> attached;
  for (const auto& wanted : layouts_of(catalog, *shapes_)) {
    const auto at = std::find(keys.begin(), keys.end(), wanted->key());
    if (at == keys.end()) return false;
    const auto number = static_cast<LayoutNumber>(at - keys.begin());
    attached.push_back(number == wanted->number()
                           ? wanted
                           : Layout::make(wanted->profile(), wanted->domain(), number));
  }
  // What no provider needs any more is written on until it is dropped.
  for (const auto& layout : environment.layouts()) {
    const auto same = [&layout](const auto& one) { return one->number() == layout->number(); };
    if (std::none_of(attached.begin(), attached.end(), same)) attached.push_back(layout);
  }
  environment.attach(std::move(attached));
  return true;
}

bool Projector::has_unneeded(const Environment& environment) const {
  const auto wanted = layouts_of(*compile_config(environment), *shapes_);
  const auto& keys = environment.layout_keys();
  return std::any_of(keys.begin(), keys.end(), [&wanted](const std::string& key) {
    return key != Environment::kDropped &&
           std::none_of(wanted.begin(), wanted.end(),
                        [&key](const auto& layout) { return layout->key() == key; });
  });
}

// REQUIRES: no reader looks through a view of theirs any more.
void Projector::drop_unneeded(Environment& environment) {
  const auto wanted = layouts_of(*compile_config(environment), *shapes_);
  auto attached = environment.layouts();
  std::erase_if(attached, [&wanted](const auto& layout) {
    return std::none_of(wanted.begin(), wanted.end(),
                        [&layout](const auto& one) { return one->key() == layout->key(); });
  });
  environment.attach(std::move(attached));
  if (const std::size_t dropped = environment.drop_unattached(); dropped != 0) {
    unsynced_ = true;
    log::info("directory.layouts_dropped", {{"count", static_cast<std::int64_t>(dropped)}});
  }
}

// A while after the last change of the configuration: a profile that is taken back at once costs
// nothing, and no turn of a search lasts as long.
void Projector::tidy() {
  if (!untidy_ || std::chrono::steady_clock::now() - published_ < kQuiet) return;
  untidy_ = false;
  if (!has_unneeded(*environment_)) return;
  if (mark_.clean) mark(false);
  drop_unneeded(*environment_);
}

// Before a configuration is committed: false = it needs what this environment does not hold.
bool Projector::config_fits(const Environment& environment, const std::string& config,
                            MDB_txn* txn) const {
  const auto& keys = environment.layout_keys();
  for (const auto& wanted : layouts_of(*compile(environment, txn, config), *shapes_)) {
    if (std::find(keys.begin(), keys.end(), wanted->key()) == keys.end()) return false;
  }
  return true;
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
  const std::shared_ptr<Environment> before = environment_ ? environment_ : before_;
  const bool same_history = before != nullptr && mark_.epoch == epoch;
  std::int64_t at = Builder(*environment, store_, *shapes_, options_.folder,
                            same_history ? before.get() : nullptr)
                        .run();
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
  before_.reset();
  remove_others(options_.folder, file);
  changes_.restart();
  rebuilds_.fetch_add(1);
  after_commit(at, true, false, false);
  return true;
}

}  // namespace postern::directory
