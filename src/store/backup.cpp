#include "store/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <system_error>

#include "core/model/time_text.h"
#include "core/ports/store.h"
#include "store/database_file.h"
#include "store/migrations/migrations.h"
#include "store/schema.h"
#include "store/sqlite_database.h"

namespace postern::store {
namespace {

using core::StoreError;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kSuffixes{"", "-wal", "-shm"};

fs::path with_suffix(const fs::path& file, std::string_view suffix) {
  return file.string() + std::string(suffix);
}

[[noreturn]] void fail(const std::string& what, const fs::path& file, int error) {
  throw StoreError(StoreError::Kind::other,
                   what + " " + file.string() + ": " + std::generic_category().message(error));
}

void require_existing(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    throw StoreError(StoreError::Kind::other, file.string() + " is not there");
  }
}

// Until a name is durable, so is nothing that was said of it.
void sync(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("cannot open", path, errno);
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  if (result != 0) fail("cannot write", path, error);
}

void move_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail("cannot move", from, errno);
}

void remove_all_of(const fs::path& file) noexcept {
  std::error_code ignored;
  for (const auto suffix : kSuffixes) fs::remove(with_suffix(file, suffix), ignored);
}

// Removes what a failed step leaves behind.
class Scratch {
 public:
  explicit Scratch(fs::path file) : file_(std::move(file)) { remove_all_of(file_); }
  ~Scratch() { remove_all_of(file_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& file() const noexcept { return file_; }

 private:
  fs::path file_;
};

std::int64_t number(Connection& connection, std::string_view sql) {
  const auto rows = connection.query(sql);
  return rows->next() ? rows->integer(0) : 0;
}

int require_known_schema(Connection& connection) {
  if (number(connection, "select count(*) from sqlite_schema where name = 'meta'") == 0) {
    throw StoreError(StoreError::Kind::schema, "this is no database of postern");
  }
  const int version = schema_version(connection);
  if (version == 0) throw StoreError(StoreError::Kind::schema, "this is no database of postern");
  if (version > migrations().back().version) {
    throw StoreError(StoreError::Kind::schema,
                     "it has schema " + std::to_string(version) +
                         ", made by a newer version of postern; this one knows schemas up to " +
                         std::to_string(migrations().back().version));
  }
  return version;
}

CopyReport read_back(const fs::path& file) {
  const auto database = open_sqlite(file, {.readers = 1});
  const auto connection = database->writer();
  {
    const auto rows = connection->query("pragma integrity_check(1)");
    if (!rows->next() || rows->text(0) != "ok") {
      throw StoreError(StoreError::Kind::gone, "the copy is damaged");
    }
  }
  CopyReport report;
  report.schema = require_known_schema(*connection);
  report.users = number(*connection, "select count(*) from users");
  report.groups = number(*connection, "select count(*) from groups");
  report.last_change = number(*connection, "select coalesce(max(seq), 0) from changes");
  report.octets = static_cast<std::int64_t>(fs::file_size(file));
  return report;
}

std::string stamp() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return core::compact_time_text(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// The database and its logs under a name that nobody opens.
fs::path set_aside(const fs::path& file) {
  if (!fs::exists(file)) return {};
  const fs::path kept = file.string() + ".before-restore-" + stamp();
  for (const auto suffix : kSuffixes) {
    if (fs::exists(with_suffix(file, suffix))) {
      move_file(with_suffix(file, suffix), with_suffix(kept, suffix));
    }
  }
  return kept;
}

}  // namespace

CopyReport copy_database(std::string_view url, const fs::path& base, const fs::path& to) {
  return copy_database_file(database_file(url, base), to);
}

CopyReport copy_database_file(const fs::path& from, const fs::path& to) {
  require_existing(from);
  if (fs::exists(to)) throw StoreError(StoreError::Kind::other, to.string() + " exists already");
  const Scratch part(to.string() + ".part");
  {
    const auto database = open_sqlite(from, {.readers = 1});
    const auto connection = database->writer();
    // 0600 from the first octet; an empty file is what VACUUM INTO accepts.
    const int fd = ::open(part.file().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) fail("cannot write", part.file(), errno);
    ::close(fd);
    connection->execute("vacuum into $1", {part.file().string()});
  }
  const CopyReport report = read_back(part.file());
  sync(part.file());
  move_file(part.file(), to);
  sync(to.parent_path().empty() ? fs::path(".") : to.parent_path());
  return report;
}

CopyReport inspect_copy(const fs::path& file) {
  require_existing(file);
  return read_back(file);
}

RestoreReport restore_database(std::string_view url, const fs::path& base, const fs::path& copy) {
  require_existing(copy);
  const fs::path target = database_file(url, base);
  const Scratch fresh(target.string() + ".restoring");
  std::error_code error;
  if (!fs::copy_file(copy, fresh.file(), error)) fail("cannot copy", copy, error.value());
  // A database that was copied by other means may have its last changes in its log alone.
  const fs::path log = with_suffix(copy, "-wal");
  if (fs::exists(log) && !fs::copy_file(log, with_suffix(fresh.file(), "-wal"), error)) {
    fail("cannot copy", log, error.value());
  }
  fs::permissions(fresh.file(), fs::perms::owner_read | fs::perms::owner_write);
  RestoreReport report;
  report.copy = read_back(fresh.file());
  {
    const auto database = open_sqlite(fresh.file(), {.readers = 1});
    const auto connection = database->writer();
    connection->begin(Access::write);
    renew_epoch(*connection);
    connection->commit();
    connection->script("pragma wal_checkpoint(truncate)");
  }
  sync(fresh.file());
  report.kept = set_aside(target);
  move_file(fresh.file(), target);
  sync(target.parent_path());
  return report;
}

}  // namespace postern::store
