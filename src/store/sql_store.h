#pragma once
// SqlStore: core::Store over a Database. It lends connections, opens snapshots, and tells listeners
// of commits; what is asked of the tables stands in the files that it calls. Thread-safe.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/operation_meter.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "store/database.h"
#include "store/network_sessions.h"
#include "store/outbox.h"

namespace postern::store {

class SqlStore final : public core::Store {
 public:
  // The schema has to be current (schema.h). The clock outlives the store.
  SqlStore(std::unique_ptr<Database> database, const core::Clock& clock, std::string event_key = {},
           core::OperationMeter* meter = nullptr);

  std::unique_ptr<core::Transaction> begin() override;
  std::vector<core::Object> list(const core::Model& model, const core::ListQuery& query) override;
  std::int64_t count(const core::Model& model, const core::ListQuery& query) override;
  std::vector<SpanCount> count_by_span(const core::Model& model, const core::ListQuery& query,
                                       std::string_view field, std::string_view time,
                                       core::WallMs span) override;
  std::int64_t count_different(const core::Model& model, const core::ListQuery& query,
                               std::string_view field) override;
  std::vector<ServiceUse> logins_by_service() override;

  std::string epoch() override { return epoch_; }
  std::int64_t last_change() override;
  std::int64_t oldest_change() override;
  std::vector<core::Change> changes_after(std::int64_t seq, std::size_t limit) override;
  void trim_changes(std::int64_t up_to) override;
  void on_commit(std::function<void(std::int64_t seq)> listener) override;

  std::optional<core::StoredUser> load_user(core::UserId pk) override;
  std::optional<core::StoredGroup> load_group(core::GroupNumber num_pk) override;
  core::StoredConfig load_config() override;
  void scan(const std::function<void(const core::StoredGroup&)>& group,
            const std::function<void(const core::StoredUser&)>& user) override;

  bool consume_totp_step(const core::Uuid& device, std::int64_t step) override;
  bool consume_static_code(const core::Uuid& code, core::WallMs now) override;
  bool consume_token(const core::Uuid& token) override;
  bool advance_sign_count(const core::Uuid& device, std::int64_t counter,
                          core::WallMs now) override;
  void note_device_use(const core::Uuid& device, core::WallMs now) override;
  std::vector<core::Uuid> idle_tokens(core::WallMs now, std::size_t limit) override;
  bool reserve_code_guess(const core::Uuid& device, core::WallMs now, int per_window,
                          core::WallMs window_ms, int per_day) override;
  void refund_code_guess(const core::Uuid& device) override;
  std::optional<std::uint32_t> use_grace_login(core::UserId user, int allowed) override;
  std::vector<std::string> password_history(core::UserId user, std::size_t limit) override;
  bool replace_password_hash(core::UserId user, std::string_view old_hash,
                             std::string_view new_hash) override;

  void append_events(std::span<const core::Event> events,
                     std::span<const std::pair<core::UserId, core::WallMs>> logins,
                     std::span<const std::pair<core::Uuid, core::WallMs>> tokens) override;
  std::vector<core::Event> events(std::size_t limit, std::string_view action) override;
  core::TrailReport verify_events() override;
  std::size_t prune_events(core::WallMs before, std::size_t limit) override;
  void add_reputation(std::span<const core::ReputationChange> changes) override;
  void save_throttle(std::span<const ThrottleRow> rows) override;
  std::vector<ThrottleRow> load_throttle() override;
  core::NetworkSessionStore& network_sessions() override { return sessions_; }
  core::Outbox& outbox() noexcept { return outbox_; }

 private:
  Database::Lease snapshot();
  void announce(std::int64_t seq);

  std::unique_ptr<Database> database_;
  NetworkSessions sessions_;
  Outbox outbox_;
  const core::Clock& clock_;
  const std::string event_key_;
  core::OperationMeter* const meter_;
  std::string epoch_;
  std::mutex listeners_mutex_;
  std::vector<std::function<void(std::int64_t)>> listeners_;
};

}  // namespace postern::store
