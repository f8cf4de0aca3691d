#include "store/sqlite_database.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "core/ports/store.h"
#include "store/sqlite_connection.h"

namespace postern::store {
namespace {

using core::StoreError;

constexpr int kWriterCacheKib = 8192;
constexpr int kReaderCacheKib = 2048;

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::filesystem::path& file, const SqliteOptions& options)
      : writer_(file, {options.busy_timeout_ms, kWriterCacheKib}) {
    for (std::size_t i = 0; i < std::max<std::size_t>(options.readers, 1); ++i) {
      readers_.push_back(std::make_unique<SqliteConnection>(
          file, SqliteConnection::Settings{options.busy_timeout_ms, kReaderCacheKib}));
      idle_.push_back(readers_.back().get());
    }
  }

  Lease writer() override {
    std::unique_lock lock(mutex_);
    if (holder_ == std::this_thread::get_id()) {
      throw StoreError(StoreError::Kind::busy, "this thread already holds the write transaction");
    }
    const std::uint64_t ticket = next_ticket_++;
    turn_.wait(lock, [&] { return serving_ == ticket; });
    holder_ = std::this_thread::get_id();
    return Lease(*this, writer_, Access::write);
  }

  Lease reader() override {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty(); });
    SqliteConnection* connection = idle_.back();
    idle_.pop_back();
    return Lease(*this, *connection, Access::read);
  }

  std::string_view serial_key() const override { return "integer primary key autoincrement"; }

 protected:
  void give_back(Connection& connection, Access access) noexcept override {
    const std::lock_guard lock(mutex_);
    if (access == Access::write) {
      holder_ = {};
      ++serving_;
      turn_.notify_all();
      return;
    }
    for (const auto& reader : readers_) {
      if (reader.get() == &connection) idle_.push_back(reader.get());
    }
    returned_.notify_one();
  }

 private:
  SqliteConnection writer_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_;

  std::mutex mutex_;
  std::condition_variable turn_, returned_;
  std::vector<SqliteConnection*> idle_;
  std::uint64_t next_ticket_ = 0, serving_ = 0;  // the writer goes to the longest waiting
  std::thread::id holder_;
};

// SQLite gives its log files the permissions of the database file, so this settles all three. A
// file that exists is left alone: closing a descriptor of it would drop the locks that this process
// holds.
void create_private(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) return;
    throw StoreError(StoreError::Kind::gone,
                     "cannot open the database " + file.string() + ": " + std::strerror(errno));
  }
  ::close(descriptor);
}

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::filesystem::path& file,
                                      const SqliteOptions& options) {
  create_private(file);
  return std::make_unique<SqliteDatabase>(file, options);
}

}  // namespace postern::store
