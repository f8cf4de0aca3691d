#pragma once
// NetworkSessions: core::NetworkSessionStore over a Database. One select and one write for each
// report, all reports of a call in one transaction. Thread-safe as the Database is.

#include "core/ports/network_session_store.h"
#include "store/database.h"

namespace postern::store {

class NetworkSessions final : public core::NetworkSessionStore {
 public:
  explicit NetworkSessions(Database& database) : database_(database) {}

  void record(std::span<const core::AccountingRecord> records) override;
  std::vector<core::NetworkSession> list(const core::NetworkSessionQuery& query) override;
  std::optional<core::NetworkSession> get(std::int64_t pk) override;
  std::vector<core::UserId> live_users() override;
  bool ask_to_end(std::int64_t pk, core::WallMs now) override;
  bool claim_disconnect(std::int64_t pk, core::WallMs now, core::WallMs not_since) override;
  void note_disconnect(std::int64_t pk, std::string_view result, bool gone,
                       core::WallMs now) override;
  std::size_t forget(core::WallMs before, std::size_t most) override;

 private:
  Database& database_;
};

}  // namespace postern::store
