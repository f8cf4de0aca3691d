#include "store/sqlite_connection.h"

#include <sqlite3.h>

#include <iterator>
#include <utility>

#include "core/ports/store.h"

namespace postern::store {
namespace {

using core::StoreError;

constexpr std::size_t kStatementTexts = 400;  // beyond it those not in use are forgotten

StoreError::Kind kind_of(int code) noexcept {
  switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      return StoreError::Kind::duplicate;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return StoreError::Kind::foreign_key;
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreError::Kind::busy;
    case SQLITE_FULL:
      return StoreError::Kind::full;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreError::Kind::gone;
    default:
      return StoreError::Kind::other;
  }
}

// $1 is a *name* to SQLite, numbered by first appearance; ?1 is the number that we mean.
std::string numbered(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  char quote = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    }
    const bool placeholder =
        quote == 0 && c == '$' && i + 1 < sql.size() && sql[i + 1] >= '1' && sql[i + 1] <= '9';
    out.push_back(placeholder ? '?' : c);
  }
  return out;
}

struct Binder {
  sqlite3_stmt* statement;
  int index;
  sqlite3_destructor_type lifetime;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(bool value) const { return sqlite3_bind_int(statement, index, value ? 1 : 0); }
  int operator()(std::string_view value) const {
    // PostgreSQL cannot hold a NUL in text, and SQLite's functions stop there: nobody gets one in.
    if (value.find('\0') != std::string_view::npos) {
      throw StoreError(StoreError::Kind::other, "text with a NUL character cannot be stored");
    }
    return sqlite3_bind_text64(statement, index, value.data() == nullptr ? "" : value.data(),
                               value.size(), lifetime, SQLITE_UTF8);
  }
  int operator()(Bytes value) const {
    return sqlite3_bind_blob64(statement, index,
                               value.octets.data() == nullptr ? "" : value.octets.data(),
                               value.octets.size(), lifetime);
  }
};

}  // namespace

class SqliteRows final : public Rows {
 public:
  SqliteRows(SqliteConnection& connection, std::string_view sql) : connection_(connection) {
    statement_ = connection.acquire(sql, home_);
  }
  ~SqliteRows() override { connection_.put_back(statement_, *home_); }
  SqliteRows(const SqliteRows&) = delete;
  SqliteRows& operator=(const SqliteRows&) = delete;

  void bind(std::span<const Bind> binds, sqlite3_destructor_type lifetime) {
    for (std::size_t i = 0; i < binds.size(); ++i) {
      const int code =
          std::visit(Binder{statement_, static_cast<int>(i + 1), lifetime}, binds[i].any());
      if (code != SQLITE_OK) connection_.fail(code);
    }
  }
  bool next() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_.fail(code);
    return false;
  }
  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  bool boolean(int column) const override { return sqlite3_column_int(statement_, column) != 0; }
  std::string_view text(int column) const override {
    const void* data = sqlite3_column_text(statement_, column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view bytes(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  SqliteConnection& connection_;
  SqliteConnection::Prepared* home_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

SqliteConnection::SqliteConnection(const std::filesystem::path& file, const Settings& settings) {
  const int code =
      sqlite3_open_v2(file.c_str(), &handle_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  try {
    if (code != SQLITE_OK) fail(code);
    sqlite3_busy_timeout(handle_, settings.busy_timeout_ms);
    script(
        "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; "
        "pragma temp_store=memory; pragma trusted_schema=off; pragma cache_size=-" +
        std::to_string(settings.cache_kib));
    const auto mode = query("pragma journal_mode", std::span<const Bind>{});
    if (!mode->next() || mode->text(0) != "wal") {
      throw StoreError(StoreError::Kind::gone,
                       "the file system of the database does not allow a write-ahead log");
    }
  } catch (...) {
    close();
    throw;
  }
}

SqliteConnection::~SqliteConnection() { close(); }

void SqliteConnection::close() noexcept {
  drop_idle_texts();
  sqlite3_close_v2(handle_);
  handle_ = nullptr;
}

void SqliteConnection::fail(int code) const {
  const std::string text = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  throw StoreError(kind_of(code), "database: " + text);
}

sqlite3_stmt* SqliteConnection::prepare(std::string_view sql) {
  const std::string text = numbered(sql);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, text.c_str(), static_cast<int>(text.size() + 1),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  return statement;
}

sqlite3_stmt* SqliteConnection::acquire(std::string_view sql, Prepared*& home) {
  auto found = cache_.find(sql);
  if (found == cache_.end()) {
    if (cache_.size() >= kStatementTexts) drop_idle_texts();
    found = cache_.emplace(std::string(sql), Prepared{}).first;
    found->second.idle.reserve(1);  // so that giving a statement back cannot fail
  }
  Prepared& entry = found->second;
  sqlite3_stmt* statement = nullptr;
  if (entry.idle.empty()) {
    statement = prepare(sql);
  } else {
    statement = entry.idle.back();
    entry.idle.pop_back();
  }
  ++entry.in_use;
  home = &entry;  // nodes do not move, and one in use is not dropped
  return statement;
}

void SqliteConnection::put_back(sqlite3_stmt* statement, Prepared& home) noexcept {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  --home.in_use;
  if (home.idle.size() < home.idle.capacity()) {
    home.idle.push_back(statement);
  } else {
    sqlite3_finalize(statement);
  }
}

void SqliteConnection::drop_idle_texts() noexcept {
  for (auto entry = cache_.begin(); entry != cache_.end();) {
    for (sqlite3_stmt* statement : entry->second.idle) sqlite3_finalize(statement);
    entry->second.idle.clear();
    entry = entry->second.in_use == 0 ? cache_.erase(entry) : std::next(entry);
  }
}

std::unique_ptr<Rows> SqliteConnection::query(std::string_view sql, std::span<const Bind> binds) {
  auto rows = std::make_unique<SqliteRows>(*this, sql);
  rows->bind(binds, SQLITE_TRANSIENT);
  return rows;
}

std::int64_t SqliteConnection::execute(std::string_view sql, std::span<const Bind> binds) {
  SqliteRows rows(*this, sql);
  rows.bind(binds, SQLITE_STATIC);
  while (rows.next()) {
  }
  return sqlite3_changes64(handle_);
}

void SqliteConnection::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void SqliteConnection::begin(Access access) {
  execute(access == Access::write ? "begin immediate" : "begin deferred", std::span<const Bind>{});
}

void SqliteConnection::commit() { execute("commit", std::span<const Bind>{}); }

void SqliteConnection::rollback() noexcept {
  if (!in_transaction()) return;
  try {
    execute("rollback", std::span<const Bind>{});
  } catch (const StoreError&) {
    // Only possible when SQLite has rolled back by itself between the question and the statement.
  }
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

}  // namespace postern::store
