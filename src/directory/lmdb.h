#pragma once
// The few LMDB calls that this room makes, with text views for values and exceptions for a broken
// environment. Views into the map die with their transaction, and with the next write in a writing
// one.

#include <lmdb.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "directory/entry_id.h"

namespace postern::directory {

class LmdbError : public std::runtime_error {
 public:
  LmdbError(const char* what, int code)
      : std::runtime_error(std::string(what) + ": " + mdb_strerror(code)), code_(code) {}
  int code() const noexcept { return code_; }
  // The file itself cannot be believed any more; only a new one helps.
  bool damaged() const noexcept {
    return code_ == MDB_CORRUPTED || code_ == MDB_PAGE_NOTFOUND || code_ == MDB_INVALID ||
           code_ == MDB_VERSION_MISMATCH || code_ == MDB_PANIC || code_ == MDB_CURSOR_FULL;
  }

 private:
  int code_;
};

inline void check(int rc, const char* what) {
  if (rc != MDB_SUCCESS) throw LmdbError(what, rc);
}

inline MDB_val to_val(std::string_view text) noexcept {
  // LMDB's interface is not const-correct; it never writes through keys and values given to it.
  return {text.size(), const_cast<char*>(text.data())};
}
inline std::string_view from_val(const MDB_val& value) noexcept {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

inline std::optional<std::string_view> get(MDB_txn* txn, MDB_dbi table, std::string_view key) {
  MDB_val k = to_val(key), v{};
  const int rc = mdb_get(txn, table, &k, &v);
  if (rc == MDB_NOTFOUND) return std::nullopt;
  check(rc, "mdb_get");
  return from_val(v);
}
inline void put(MDB_txn* txn, MDB_dbi table, std::string_view key, std::string_view value) {
  MDB_val k = to_val(key), v = to_val(value);
  check(mdb_put(txn, table, &k, &v, 0), "mdb_put");
}
// As put(); keys that come in ascending order fill their pages instead of leaving them half empty.
inline void put_ordered(MDB_txn* txn, MDB_dbi table, std::string_view key, std::string_view value) {
  MDB_val k = to_val(key), v = to_val(value);
  const int rc = mdb_put(txn, table, &k, &v, MDB_APPEND);
  if (rc == MDB_KEYEXIST) return put(txn, table, key, value);
  check(rc, "mdb_put");
}
// One (key, value) pair of a table of several values a key; already there is fine.
inline void put_pair(MDB_txn* txn, MDB_dbi table, std::string_view key, std::string_view value) {
  MDB_val k = to_val(key), v = to_val(value);
  const int rc = mdb_put(txn, table, &k, &v, MDB_NODUPDATA);
  if (rc != MDB_KEYEXIST) check(rc, "mdb_put");
}
inline void erase(MDB_txn* txn, MDB_dbi table, std::string_view key) {
  MDB_val k = to_val(key);
  const int rc = mdb_del(txn, table, &k, nullptr);
  if (rc != MDB_NOTFOUND) check(rc, "mdb_del");
}
inline void erase_pair(MDB_txn* txn, MDB_dbi table, std::string_view key, std::string_view value) {
  MDB_val k = to_val(key), v = to_val(value);
  const int rc = mdb_del(txn, table, &k, &v);
  if (rc != MDB_NOTFOUND) check(rc, "mdb_del");
}

// An entry id as key or posting: big-endian, so that octet order is number order.
struct IdKey {
  char octets[4];
  explicit IdKey(EntryId id) noexcept
      : octets{static_cast<char>(id >> 24U), static_cast<char>(id >> 16U),
               static_cast<char>(id >> 8U), static_cast<char>(id)} {}
  std::string_view view() const noexcept { return {octets, 4}; }
};
inline EntryId read_id(const char* at) noexcept {
  std::uint32_t raw = 0;
  std::memcpy(&raw, at, 4);
  return __builtin_bswap32(raw);
}

// A transaction that is undone unless committed.
class Txn {
 public:
  Txn(MDB_env* env, unsigned flags) {
    check(mdb_txn_begin(env, nullptr, flags, &txn_), "mdb_txn_begin");
  }
  ~Txn() {
    if (txn_ != nullptr) mdb_txn_abort(txn_);
  }
  Txn(const Txn&) = delete;
  Txn& operator=(const Txn&) = delete;
  MDB_txn* get() const noexcept { return txn_; }
  void commit() {
    MDB_txn* txn = txn_;
    txn_ = nullptr;
    check(mdb_txn_commit(txn), "mdb_txn_commit");
  }

 private:
  MDB_txn* txn_ = nullptr;
};

class Cursor {
 public:
  Cursor(MDB_txn* txn, MDB_dbi table) {
    check(mdb_cursor_open(txn, table, &cursor_), "mdb_cursor_open");
  }
  ~Cursor() { mdb_cursor_close(cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  MDB_cursor* get() const noexcept { return cursor_; }

 private:
  MDB_cursor* cursor_ = nullptr;
};

}  // namespace postern::directory
