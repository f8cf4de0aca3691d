#include "store/store.h"

#include <chrono>
#include <string>
#include <utility>

#include "store/schema.h"
#include "store/sql_store.h"
#include "store/sqlite_database.h"

namespace postern::store {
namespace {

using core::StoreError;

constexpr std::string_view kSqlite = "sqlite:///";

class SystemClock final : public core::Clock {
 public:
  core::WallMs wall() const noexcept override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  core::Instant now() const noexcept override { return std::chrono::steady_clock::now(); }
};

const core::Clock& system_clock() {
  static const SystemClock kClock;
  return kClock;
}

// A url may hold a password: no sentence repeats it.
std::filesystem::path sqlite_file(std::string_view url, const std::filesystem::path& base) {
  if (url.starts_with("postgresql:") || url.starts_with("postgres:")) {
    throw StoreError(StoreError::Kind::other,
                     "postgresql:// is not supported by this version; use sqlite:///<file>");
  }
  if (!url.starts_with(kSqlite)) {
    throw StoreError(StoreError::Kind::other,
                     "a store url is sqlite:////<absolute file> or sqlite:///<relative file>");
  }
  const std::filesystem::path file(url.substr(kSqlite.size()));
  if (file.filename().empty() || file == ":memory:") {
    throw StoreError(StoreError::Kind::other, "the store url names no file after sqlite:///");
  }
  return file.is_absolute() ? file : base / file;
}

}  // namespace

std::unique_ptr<core::Store> open_store(std::string_view url, const OpenOptions& options) {
  auto database =
      open_sqlite(sqlite_file(url, options.base), {options.readers, options.busy_timeout_ms});
  migrate(*database);
  return std::make_unique<SqlStore>(std::move(database),
                                    options.clock != nullptr ? *options.clock : system_clock());
}

}  // namespace postern::store
