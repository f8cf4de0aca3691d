#pragma once
// Environment: one opened LMDB file with its tables.
//
//   meta         "schema" "epoch" "applied" "built" "config" "layouts" "types"
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
  static constexpr std::string_view kDropped = "\x01";  // no layout's key

  // Makes the file when it is missing.
  Environment(const std::string& path, std::uint64_t file, std::uint64_t map_octets);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  MDB_env* env() const noexcept { return env_; }
  // As one layout has them. REQUIRES: layout < layout_keys().size()
  const Tables& tables(LayoutNumber layout = 0) const noexcept { return tables_[layout]; }
  // What the records were made from: the declared attribute types, and Layout::key() by number.
  const std::string& types() const noexcept { return types_; }
  const std::vector<std::string>& layout_keys() const noexcept { return keys_; }
  // Of a fresh file: makes the tables.
  void found(std::string types, std::vector<std::shared_ptr<const Layout>> layouts);
  // Of an existing one: those that are written. REQUIRES: their keys are among layout_keys()
  void attach(std::vector<std::shared_ptr<const Layout>> layouts) { layouts_ = std::move(layouts); }
  const std::vector<std::shared_ptr<const Layout>>& layouts() const noexcept { return layouts_; }
  // Layouts that are not attached: their tables are emptied, their numbers stay taken. REQUIRES:
  // nobody reads them any more. Gives how many there were.
  std::size_t drop_unattached();
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
  // The change up to which the build itself, not the feed, brought everything.
  std::uint64_t built(MDB_txn* txn) const;
  void set_built(MDB_txn* txn, std::int64_t seq) const;

 private:
  MDB_env* env_ = nullptr;
  void open_layouts(MDB_txn* txn);
  void put_keys(MDB_txn* txn) const;

  std::vector<Tables> tables_;  // by layout; what they share is the same
  std::string types_;
  std::vector<std::string> keys_;
  std::vector<std::shared_ptr<const Layout>> layouts_;
  std::uint64_t file_ = 0;
};

}  // namespace postern::directory
