#include "store/sql_store.h"

#include <algorithm>
#include <utility>

#include "store/change_log.h"
#include "store/event_trail.h"
#include "store/object_table.h"
#include "store/projections.h"
#include "store/records.h"
#include "store/reputation.h"
#include "store/schema.h"
#include "store/single_use.h"
#include "store/write_transaction.h"

namespace postern::store {

using core::Change;
using core::ListQuery;
using core::Model;
using core::Object;

SqlStore::SqlStore(std::unique_ptr<Database> database, const core::Clock& clock,
                   std::string event_key, core::OperationMeter* meter)
    : database_(std::move(database)),
      sessions_(*database_),
      outbox_(*database_),
      clock_(clock),
      event_key_(std::move(event_key)),
      meter_(meter) {
  const Database::Lease connection = database_->reader();
  epoch_ = read_meta(*connection, "epoch");
}

// The lease's end closes the snapshot.
Database::Lease SqlStore::snapshot() {
  Database::Lease connection = database_->reader();
  connection->begin(Access::read);
  return connection;
}

void SqlStore::announce(std::int64_t seq) {
  std::vector<std::function<void(std::int64_t)>> listeners;
  {
    const std::lock_guard lock(listeners_mutex_);
    listeners = listeners_;
  }
  for (const auto& listener : listeners) listener(seq);
}

void SqlStore::on_commit(std::function<void(std::int64_t seq)> listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back(std::move(listener));
}

std::unique_ptr<core::Transaction> SqlStore::begin() {
  return std::make_unique<WriteTransaction>(
      database_->writer(), clock_, [this](std::int64_t seq) { announce(seq); }, meter_);
}

std::vector<Object> SqlStore::list(const Model& model, const ListQuery& query) {
  return ObjectTable::of(model).list(*snapshot(), query);
}

std::int64_t SqlStore::count(const Model& model, const ListQuery& query) {
  return ObjectTable::of(model).count(*snapshot(), query);
}

std::vector<core::Store::SpanCount> SqlStore::count_by_span(const Model& model,
                                                            const ListQuery& query,
                                                            std::string_view field,
                                                            std::string_view time,
                                                            core::WallMs span) {
  return ObjectTable::of(model).count_by_span(*snapshot(), query, field, time, span);
}

std::int64_t SqlStore::count_different(const Model& model, const ListQuery& query,
                                       std::string_view field) {
  return ObjectTable::of(model).count_different(*snapshot(), query, field);
}

std::vector<core::Store::ServiceUse> SqlStore::logins_by_service() {
  return store::logins_by_service(*snapshot());
}

std::int64_t SqlStore::last_change() {
  const Database::Lease connection = database_->reader();
  const auto rows = connection->query(R"(select max("seq") from changes)");
  return rows->next() ? rows->integer(0) : 0;
}

std::int64_t SqlStore::oldest_change() {
  const Database::Lease connection = database_->reader();
  const auto rows = connection->query(R"(select min("seq") from changes)");
  return rows->next() ? rows->integer(0) : 0;
}

std::vector<Change> SqlStore::changes_after(std::int64_t seq, std::size_t limit) {
  const Database::Lease connection = database_->reader();
  const auto rows = connection->query(
      R"(select "seq", "kind", "id" from changes where "seq" > $1 order by "seq" limit $2)",
      {seq, std::min<std::size_t>(limit, 1U << 30)});
  std::vector<Change> out;
  while (rows->next()) {
    const std::string_view kind = rows->text(1);
    out.push_back({rows->integer(0), kind.empty() ? 'v' : kind.front(), rows->integer(2)});
  }
  return out;
}

// The newest row stays whatever is asked: a Directory that has applied it must find it.
void SqlStore::trim_changes(std::int64_t up_to) {
  const Database::Lease connection = database_->writer();
  connection->execute(R"(delete from changes where "seq" <= $1
                         and "seq" < (select max("seq") from changes))",
                      {up_to});
}

std::optional<core::StoredUser> SqlStore::load_user(core::UserId pk) {
  return store::load_user(*snapshot(), pk);
}

std::optional<core::StoredGroup> SqlStore::load_group(core::GroupNumber num_pk) {
  return store::load_group(*snapshot(), num_pk);
}

core::StoredConfig SqlStore::load_config() { return store::load_config(*snapshot()); }

void SqlStore::scan(const std::function<void(const core::StoredGroup&)>& group,
                    const std::function<void(const core::StoredUser&)>& user) {
  const Database::Lease connection = snapshot();
  scan_groups(*connection, group);
  scan_users(*connection, user);
}

bool SqlStore::consume_totp_step(const core::Uuid& device, std::int64_t step) {
  return store::consume_totp_step(*database_->writer(), device, step);
}

bool SqlStore::consume_static_code(const core::Uuid& code, core::WallMs now) {
  return store::consume_static_code(*database_->writer(), code, now);
}

bool SqlStore::advance_sign_count(const core::Uuid& device, std::int64_t counter,
                                  core::WallMs now) {
  return store::advance_sign_count(*database_->writer(), device, counter, now);
}

void SqlStore::note_device_use(const core::Uuid& device, core::WallMs now) {
  store::note_device_use(*database_->writer(), device, now);
}

bool SqlStore::consume_token(const core::Uuid& token) {
  return store::consume_token(*database_->writer(), token);
}

std::vector<core::Uuid> SqlStore::idle_tokens(core::WallMs now, std::size_t limit) {
  return store::idle_tokens(*database_->reader(), now, limit);
}

bool SqlStore::reserve_code_guess(const core::Uuid& device, core::WallMs now, int per_window,
                                  core::WallMs window_ms, int per_day) {
  return store::reserve_code_guess(*database_->writer(), device, now,
                                   {per_window, window_ms, per_day});
}

void SqlStore::refund_code_guess(const core::Uuid& device) {
  store::refund_code_guess(*database_->writer(), device);
}

std::optional<std::uint32_t> SqlStore::use_grace_login(core::UserId user, int allowed) {
  return store::use_grace_login(*database_->writer(), user, allowed);
}

std::vector<std::string> SqlStore::password_history(core::UserId user, std::size_t limit) {
  const Database::Lease connection = database_->reader();
  const auto rows = connection->query(R"(select "hash" from password_history where "user" = $1
                                         order by "pk" desc limit $2)",
                                      {user, limit});
  std::vector<std::string> out;
  while (rows->next()) out.emplace_back(rows->text(0));
  return out;
}

// The Directory holds the hash, so the change is fed; the generation stays, so no grant ends.
bool SqlStore::replace_password_hash(core::UserId user, std::string_view old_hash,
                                     std::string_view new_hash) {
  std::int64_t last = 0;
  {
    const Database::Lease connection = database_->writer();
    connection->begin(Access::write);
    const bool replaced = connection->execute(R"(update users set "password_hash" = $3
                               where "pk" = $1 and "password_hash" = $2)",
                                              {user, old_hash, new_hash}) == 1;
    if (!replaced) return false;
    ChangeLog log;
    log.user(user);
    last = log.write(*connection);
    connection->commit();
  }
  announce(last);
  return true;
}

void SqlStore::append_events(std::span<const core::Event> events,
                             std::span<const std::pair<core::UserId, core::WallMs>> logins,
                             std::span<const std::pair<core::Uuid, core::WallMs>> tokens) {
  store::append_events(*database_->writer(), event_key_, events, logins, tokens);
}

core::TrailReport SqlStore::verify_events() { return verify_trail(*snapshot(), event_key_); }

std::size_t SqlStore::prune_events(core::WallMs before, std::size_t limit) {
  return prune_trail(*database_->writer(), before, limit);
}

void SqlStore::add_reputation(std::span<const core::ReputationChange> changes) {
  store::add_reputation(*database_->writer(), changes, clock_.wall());
}

std::vector<core::Event> SqlStore::events(std::size_t limit, std::string_view action) {
  return read_events(*database_->reader(), limit, action);
}

void SqlStore::save_throttle(std::span<const ThrottleRow> rows) {
  store::save_throttle(*database_->writer(), rows, clock_.wall());
}

std::vector<core::Store::ThrottleRow> SqlStore::load_throttle() {
  return store::load_throttle(*database_->reader(), clock_.wall());
}

}  // namespace postern::store
