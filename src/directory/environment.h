#pragma once
// Environment: one opened LMDB file with its tables.
//
//   meta         "schema" "epoch" "applied" "config"
//   attributes   lower-case name -> id of an attribute that the schema does not know
//   records      entry id -> record (record.h); a table for each layout: records, records.1, ...
//   index        key (index_key.h) -> entry ids, ascending; a table for each layout
//   names        kind octet + folded name -> user ids: what a login is looked up by
//   credentials  user id -> packed login record (login_pack.h); no filter ever reads it
//
// Opened once per file and process. Thread: shared; transactions are the callers'.
// Errors: LmdbError.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "directory/layout.h"
#include "directory/lmdb.h"

namespace postern::directory {

struct Tables {
  MDB_dbi meta = 0, attributes = 0, records = 0, index = 0, names = 0, credentials = 0;
};

class Environment {
 public:
  // Makes the file when it is missing.
  Environment(const std::string& path, std::uint64_t file, std::uint64_t map_octets);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  MDB_env* env() const noexcept { return env_; }
  // As one layout has them. REQUIRES: layout < layouts().size()
  const Tables& tables(LayoutNumber layout = 0) const noexcept { return tables_[layout]; }
  // What the layouts are made of, by number: Layout::key(). Another set means another build.
  const std::vector<std::string>& layouts() const noexcept { return layouts_; }
  // REQUIRES: fresh. Makes the tables; layout 0 comes first.
  void set_layouts(const std::vector<std::string>& keys);
  std::uint64_t file() const noexcept { return file_; }
  // A directory of this program's layout and schema, built to its end.
  bool usable() const;
  std::uint64_t octets() const;
  std::uint64_t entries() const;

  // Values of `meta`, inside a transaction.
  std::int64_t applied(MDB_txn* txn) const;
  void set_applied(MDB_txn* txn, std::int64_t seq) const;
  std::string epoch(MDB_txn* txn) const;
  std::string config(MDB_txn* txn) const;
  // Stamps a finished build.
  void stamp(MDB_txn* txn, const std::string& epoch) const;

 private:
  MDB_env* env_ = nullptr;
  void open_layouts(MDB_txn* txn);

  std::vector<Tables> tables_;  // by layout; what they share is the same
  std::vector<std::string> layouts_;
  std::uint64_t file_ = 0;
};

}  // namespace postern::directory
