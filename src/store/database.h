#pragma once
// The seam between the statements of this room and the database that runs them. One statement text
// serves every back end: placeholders are $1, $2, ...; identifiers that are words of SQL are
// quoted; times are bigint milliseconds, identifiers and JSON are text, flags boolean. A driver
// gives:
//   Connection  runs statements, keeps them prepared (by text, so texts are to be few and constant)
//   Rows        the answer, read row by row; the statement is free again when it is destroyed
//   Database    one writer connection, handed out in the order of asking, and a pool of readers
//
// Write code for the stricter back end: a failed statement leaves a transaction unusable until it
// is rolled back to a savepoint, so several statements that belong together run under a Savepoint.
//
// Errors: core::StoreError with the kind of the violation; its text names tables and columns, never
// values. Threads: Database is thread-safe; a Connection and its Rows belong to the lease's holder.
// Source: the probes summarised in design.md 5, row SQL.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace postern::store {

struct Bytes {
  std::string_view octets;
};

// One argument of a statement. Views are borrowed for the call only.
class Bind {
 public:
  using Any = std::variant<std::monostate, std::int64_t, bool, std::string_view, Bytes>;

  Bind(std::nullptr_t) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) Bind(T value) : any_(static_cast<std::int64_t>(value)) {}
  template <std::same_as<bool> T>
  Bind(T value) : any_(value) {}
  Bind(std::string_view value) : any_(value) {}
  Bind(const std::string& value) : any_(std::string_view(value)) {}
  Bind(const char* value) : any_(std::string_view(value)) {}
  Bind(Bytes value) : any_(value) {}

  const Any& any() const noexcept { return any_; }

 private:
  Any any_;
};

class Rows {
 public:
  virtual ~Rows() = default;
  virtual bool next() = 0;  // false = no further row; columns are valid until the next call
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;   // null reads as 0
  virtual bool boolean(int column) const = 0;           // null reads as false
  virtual std::string_view text(int column) const = 0;  // null reads as ""
  virtual std::string_view bytes(int column) const = 0;
};

enum class Access { read, write };

class Connection {
 public:
  virtual ~Connection() = default;

  virtual std::unique_ptr<Rows> query(std::string_view sql, std::span<const Bind> binds) = 0;
  // Runs to the end; the number of rows inserted, updated or deleted.
  virtual std::int64_t execute(std::string_view sql, std::span<const Bind> binds) = 0;
  virtual void script(const std::string& sql) = 0;  // several statements, no arguments

  // write: takes the right to write at once, so that no later statement can lose a race.
  // read: everything until commit or rollback is seen from one snapshot.
  virtual void begin(Access access) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;  // also when nothing is open
  virtual bool in_transaction() const = 0;

  std::unique_ptr<Rows> query(std::string_view sql, std::initializer_list<Bind> binds = {}) {
    return query(sql, std::span<const Bind>(binds.begin(), binds.size()));
  }
  std::int64_t execute(std::string_view sql, std::initializer_list<Bind> binds = {}) {
    return execute(sql, std::span<const Bind>(binds.begin(), binds.size()));
  }
};

class Database {
 public:
  // A connection on loan. Returning it rolls back what was not committed.
  class Lease {
   public:
    Lease() = default;
    Lease(Database& owner, Connection& connection, Access access)
        : owner_(&owner), connection_(&connection), access_(access) {}
    Lease(Lease&& other) noexcept { swap(other); }
    Lease& operator=(Lease&& other) noexcept {
      Lease(std::move(other)).swap(*this);
      return *this;
    }
    ~Lease() { release(); }

    Connection& operator*() const noexcept { return *connection_; }
    Connection* operator->() const noexcept { return connection_; }
    explicit operator bool() const noexcept { return connection_ != nullptr; }
    void release() noexcept {
      if (connection_ == nullptr) return;
      connection_->rollback();
      owner_->give_back(*connection_, access_);
      connection_ = nullptr;
    }

   private:
    void swap(Lease& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(connection_, other.connection_);
      std::swap(access_, other.access_);
    }
    Database* owner_ = nullptr;
    Connection* connection_ = nullptr;
    Access access_ = Access::read;
  };

  virtual ~Database() = default;
  // Waits for its turn. A thread that asks for the writer while it holds it is told so
  // (StoreError::Kind::busy) instead of waiting for itself for ever.
  virtual Lease writer() = 0;
  virtual Lease reader() = 0;
  // Column type of a key that the database counts up and never uses twice.
  virtual std::string_view serial_key() const = 0;

 protected:
  virtual void give_back(Connection& connection, Access access) noexcept = 0;
};

// All or nothing for several statements within a transaction: rolled back unless kept.
class Savepoint {
 public:
  explicit Savepoint(Connection& connection) : connection_(connection) {
    connection_.execute("savepoint step");
  }
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  void keep() {
    connection_.execute("release savepoint step");
    kept_ = true;
  }

 private:
  Connection& connection_;
  bool kept_ = false;
};

}  // namespace postern::store
