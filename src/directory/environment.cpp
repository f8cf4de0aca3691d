#include "directory/environment.h"

#include "protocols/ldap/schema.h"

namespace postern::directory {
namespace {

// Grows when the layout of any table changes; older files are then built anew.
constexpr std::uint64_t kLayout = 3;
constexpr unsigned kMaxReaders = 1024;
constexpr unsigned kPostings = MDB_DUPSORT | MDB_DUPFIXED;

std::string schema_stamp() {
  return std::to_string(kLayout) + "/" + std::to_string(ldap::schema_version());
}

std::string text_of(MDB_txn* txn, MDB_dbi meta, std::string_view key) {
  const auto value = get(txn, meta, key);
  return value ? std::string(*value) : std::string();
}

Tables open_tables(MDB_txn* txn) {
  const auto open = [txn](const char* name, unsigned flags) {
    MDB_dbi table = 0;
    check(mdb_dbi_open(txn, name, flags | MDB_CREATE, &table), "mdb_dbi_open");
    return table;
  };
  return {.meta = open("meta", 0),
          .attributes = open("attributes", 0),
          .records = open("records", 0),
          .index = open("index", kPostings),
          .names = open("names", kPostings),
          .credentials = open("credentials", 0)};
}

}  // namespace

Environment::Environment(const std::string& path, std::uint64_t file, std::uint64_t map_octets)
    : file_(file) {
  check(mdb_env_create(&env_), "mdb_env_create");
  try {
    check(mdb_env_set_maxdbs(env_, 8), "mdb_env_set_maxdbs");
    check(mdb_env_set_maxreaders(env_, kMaxReaders), "mdb_env_set_maxreaders");
    check(mdb_env_set_mapsize(env_, map_octets), "mdb_env_set_mapsize");
    check(mdb_env_open(env_, path.c_str(), MDB_NOSUBDIR | MDB_NOTLS | MDB_NOSYNC, 0600),
          "mdb_env_open");
    int dead = 0;
    check(mdb_reader_check(env_, &dead), "mdb_reader_check");
    Txn txn(env_, 0);
    tables_ = open_tables(txn.get());
    txn.commit();
  } catch (...) {
    mdb_env_close(env_);
    throw;
  }
}

Environment::~Environment() { mdb_env_close(env_); }

bool Environment::usable() const {
  const Txn txn(env_, MDB_RDONLY);
  return text_of(txn.get(), tables_.meta, "schema") == schema_stamp();
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
  check(mdb_stat(txn.get(), tables_.records, &stat), "mdb_stat");
  return stat.ms_entries;
}

std::int64_t Environment::applied(MDB_txn* txn) const {
  const std::string text = text_of(txn, tables_.meta, "applied");
  return text.empty() ? 0 : std::stoll(text);
}

void Environment::set_applied(MDB_txn* txn, std::int64_t seq) const {
  put(txn, tables_.meta, "applied", std::to_string(seq));
}

std::string Environment::epoch(MDB_txn* txn) const { return text_of(txn, tables_.meta, "epoch"); }

std::string Environment::config(MDB_txn* txn) const { return text_of(txn, tables_.meta, "config"); }

void Environment::stamp(MDB_txn* txn, const std::string& epoch) const {
  put(txn, tables_.meta, "epoch", epoch);
  put(txn, tables_.meta, "schema", schema_stamp());
}

}  // namespace postern::directory
