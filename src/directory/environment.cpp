#include "directory/environment.h"

#include <algorithm>

#include "protocols/ldap/schema.h"

namespace postern::directory {
namespace {

// Grows when the layout of any table changes; older files are then built anew.
constexpr std::uint64_t kLayout = 7;
constexpr unsigned kMaxReaders = 1024;
constexpr unsigned kPostings = MDB_DUPSORT | MDB_DUPFIXED;

std::string schema_stamp() {
  return std::to_string(kLayout) + "/" + std::to_string(ldap::schema_version());
}

std::string text_of(MDB_txn* txn, MDB_dbi meta, std::string_view key) {
  const auto value = get(txn, meta, key);
  return value ? std::string(*value) : std::string();
}

MDB_dbi open_table(MDB_txn* txn, const std::string& name, unsigned flags) {
  MDB_dbi table = 0;
  check(mdb_dbi_open(txn, name.c_str(), flags | MDB_CREATE, &table), "mdb_dbi_open");
  return table;
}

Tables open_tables(MDB_txn* txn) {
  return {.meta = open_table(txn, "meta", 0),
          .attributes = open_table(txn, "attributes", 0),
          .records = open_table(txn, "records", 0),
          .index = open_table(txn, "index", kPostings),
          .names = open_table(txn, "names", kPostings),
          .credentials = open_table(txn, "credentials", 0)};
}

// Keys of layouts hold any octets but NUL.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find('\0');
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

}  // namespace

Environment::Environment(const std::string& path, std::uint64_t file, std::uint64_t map_octets)
    : file_(file) {
  check(mdb_env_create(&env_), "mdb_env_create");
  try {
    check(mdb_env_set_maxdbs(env_, 6 + 2 * kMaxLayouts), "mdb_env_set_maxdbs");
    check(mdb_env_set_maxreaders(env_, kMaxReaders), "mdb_env_set_maxreaders");
    check(mdb_env_set_mapsize(env_, map_octets), "mdb_env_set_mapsize");
    check(mdb_env_open(env_, path.c_str(), MDB_NOSUBDIR | MDB_NOTLS | MDB_NOSYNC, 0600),
          "mdb_env_open");
    int dead = 0;
    check(mdb_reader_check(env_, &dead), "mdb_reader_check");
    Txn txn(env_, 0);
    tables_.push_back(open_tables(txn.get()));
    keys_ = split(text_of(txn.get(), tables().meta, "layouts"));
    types_ = text_of(txn.get(), tables().meta, "types");
    open_layouts(txn.get());
    txn.commit();
  } catch (...) {
    mdb_env_close(env_);
    throw;
  }
}

Environment::~Environment() { mdb_env_close(env_); }

void Environment::open_layouts(MDB_txn* txn) {
  for (std::size_t i = tables_.size(); i < keys_.size(); ++i) {
    Tables own = tables();
    own.records = open_table(txn, "records." + std::to_string(i), 0);
    own.index = open_table(txn, "index." + std::to_string(i), kPostings);
    tables_.push_back(own);
  }
}

void Environment::found(std::string types, std::vector<std::shared_ptr<const Layout>> layouts) {
  Txn txn(env_, 0);
  keys_.clear();
  for (const auto& layout : layouts) keys_.push_back(layout->key());
  put_keys(txn.get());
  put(txn.get(), tables().meta, "types", types);
  types_ = std::move(types);
  layouts_ = std::move(layouts);
  open_layouts(txn.get());
  txn.commit();
}

void Environment::put_keys(MDB_txn* txn) const {
  std::string text;
  for (const std::string& key : keys_) text.append(key).append(1, '\0');
  put(txn, tables().meta, "layouts", text);
}

std::size_t Environment::drop_unattached() {
  std::size_t dropped = 0;
  Txn txn(env_, 0);
  for (std::size_t i = 1; i < keys_.size(); ++i) {
    const bool attached = std::any_of(layouts_.begin(), layouts_.end(),
                                      [i](const auto& layout) { return layout->number() == i; });
    if (attached || keys_[i] == kDropped) continue;
    check(mdb_drop(txn.get(), tables_[i].records, 0), "mdb_drop");
    check(mdb_drop(txn.get(), tables_[i].index, 0), "mdb_drop");
    keys_[i] = kDropped;
    ++dropped;
  }
  if (dropped == 0) return 0;
  put_keys(txn.get());
  txn.commit();
  return dropped;
}

bool Environment::usable() const {
  const Txn txn(env_, MDB_RDONLY);
  return text_of(txn.get(), tables().meta, "schema") == schema_stamp();
}

std::uint64_t Environment::octets() const {
  MDB_envinfo info{};
  MDB_stat stat{};
  check(mdb_env_info(env_, &info), "mdb_env_info");
  check(mdb_env_stat(env_, &stat), "mdb_env_stat");
  return (info.me_last_pgno + 1) * stat.ms_psize;
}

std::uint64_t Environment::entries() const {
  const Txn txn(env_, MDB_RDONLY);
  MDB_stat stat{};
  check(mdb_stat(txn.get(), tables().records, &stat), "mdb_stat");
  return stat.ms_entries;
}

std::int64_t Environment::applied(MDB_txn* txn) const {
  const std::string text = text_of(txn, tables().meta, "applied");
  return text.empty() ? 0 : std::stoll(text);
}

void Environment::set_applied(MDB_txn* txn, std::int64_t seq) const {
  put(txn, tables().meta, "applied", std::to_string(seq));
}

std::uint64_t Environment::built(MDB_txn* txn) const {
  const std::string text = text_of(txn, tables().meta, "built");
  return text.empty() ? 0 : std::stoull(text);
}

void Environment::set_built(MDB_txn* txn, std::int64_t seq) const {
  put(txn, tables().meta, "built", std::to_string(seq));
}

std::string Environment::epoch(MDB_txn* txn) const { return text_of(txn, tables().meta, "epoch"); }

std::string Environment::config(MDB_txn* txn) const {
  return text_of(txn, tables().meta, "config");
}

void Environment::stamp(MDB_txn* txn, const std::string& epoch) const {
  put(txn, tables().meta, "epoch", epoch);
  put(txn, tables().meta, "schema", schema_stamp());
}

}  // namespace postern::directory
