#include "store/upgrade_copy.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/model/time_text.h"
#include "core/ports/store.h"
#include "store/backup.h"
#include "store/migrations/migrations.h"
#include "store/schema.h"

namespace postern::store {
namespace {

constexpr std::string_view kMark = ".before-schema-";

// 0: a database that nothing was ever written to.
int present_schema(Connection& connection) {
  const auto rows = connection.query("select count(*) from sqlite_schema where name = 'meta'", {});
  return rows->next() && rows->integer(0) != 0 ? schema_version(connection) : 0;
}

std::string utc_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return core::compact_time_text(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// A restore and another start may fall into one second: what is kept is never overwritten.
std::filesystem::path free_name(const std::string& wanted) {
  std::filesystem::path name = wanted;
  for (int number = 2; std::filesystem::exists(name); ++number) {
    name = wanted + "." + std::to_string(number);
  }
  return name;
}

// The names end in their time.
void drop_old_copies(const std::filesystem::path& file, std::size_t keep) {
  const std::string prefix = file.filename().string() + std::string(kMark);
  std::vector<std::pair<std::string, std::filesystem::path>> copies;
  for (const auto& entry : std::filesystem::directory_iterator(file.parent_path())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    copies.emplace_back(name.substr(name.rfind('-') + 1), entry.path());
  }
  std::ranges::sort(copies);
  std::error_code ignored;
  for (std::size_t i = 0; i + keep < copies.size(); ++i) {
    std::filesystem::remove(copies[i].second, ignored);
  }
}

}  // namespace

void copy_before_migration(Connection& connection, const std::filesystem::path& file,
                           std::size_t keep) {
  const int newest = migrations().back().version;
  const int present = present_schema(connection);
  if (keep == 0 || present == 0 || present >= newest) return;
  const std::filesystem::path copy =
      free_name(file.string() + std::string(kMark) + std::to_string(newest) + "-" + utc_now());
  try {
    copy_database_file(file, copy);
  } catch (const core::StoreError& error) {
    throw core::StoreError(error.kind(),
                           "the database has schema " + std::to_string(present) +
                               " and is not migrated, because no copy of it can be kept (" +
                               error.what() +
                               "); make room, or set store.upgrade_copies: 0 to go without");
  }
  log::info("store.migrating", {{"from", present}, {"to", newest}, {"copy", copy.string()}});
  drop_old_copies(file, keep);
}

}  // namespace postern::store
