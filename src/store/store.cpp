#include "store/store.h"

#include <chrono>
#include <string>
#include <utility>

#include "store/database_file.h"
#include "store/schema.h"
#include "store/sql_store.h"
#include "store/sqlite_database.h"
#include "store/upgrade_copy.h"

namespace postern::store {
namespace {

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

}  // namespace

std::unique_ptr<core::Store> open_store(std::string_view url, const OpenOptions& options) {
  const auto file = database_file(url, options.base);
  auto database = open_sqlite(file, {options.readers, options.busy_timeout_ms});
  copy_before_migration(*database->reader(), file, options.upgrade_copies);
  migrate(*database);
  return std::make_unique<SqlStore>(std::move(database),
                                    options.clock != nullptr ? *options.clock : system_clock(),
                                    options.event_key, options.meter);
}

core::Outbox& outbox_of(core::Store& store) { return dynamic_cast<SqlStore&>(store).outbox(); }

}  // namespace postern::store
