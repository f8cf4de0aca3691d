#pragma once
// One SQLite connection with its prepared statements, kept by text. Internal to the SQLite driver:
// nothing but sqlite_database.cpp includes it. Used by one thread at a time (NOMUTEX).

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace postern::store {

class SqliteConnection final : public Connection {
 public:
  struct Settings {
    int busy_timeout_ms = 5000;
    int cache_kib = 2048;
  };
  SqliteConnection(const std::filesystem::path& file, const Settings& settings);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  using Connection::execute;
  using Connection::query;
  std::unique_ptr<Rows> query(std::string_view sql, std::span<const Bind> binds) override;
  std::int64_t execute(std::string_view sql, std::span<const Bind> binds) override;
  void script(const std::string& sql) override;
  void begin(Access access) override;
  void commit() override;
  void rollback() noexcept override;
  bool in_transaction() const override;

 private:
  friend class SqliteRows;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  // The same text may run twice at once (a cursor inside a cursor), hence a list of idle ones.
  struct Prepared {
    std::vector<sqlite3_stmt*> idle;
    int in_use = 0;
  };
  using Cache = std::unordered_map<std::string, Prepared, TextHash, std::equal_to<>>;

  sqlite3_stmt* acquire(std::string_view sql, Prepared*& home);
  void put_back(sqlite3_stmt* statement, Prepared& home) noexcept;
  sqlite3_stmt* prepare(std::string_view sql);
  void drop_idle_texts() noexcept;
  void close() noexcept;
  [[noreturn]] void fail(int code) const;

  sqlite3* handle_ = nullptr;
  Cache cache_;
};

}  // namespace postern::store
