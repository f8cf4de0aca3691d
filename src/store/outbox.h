#pragma once
// core::Outbox in the Store's database. Claims are one statement, and what rules make of events is
// one transaction with the mark that says how far they came. Thread-safe.

#include "core/ports/outbox.h"
#include "store/database.h"

namespace postern::store {

class Outbox final : public core::Outbox {
 public:
  explicit Outbox(Database& database) : database_(database) {}

  bool put(const core::OutboxItem& item) override;
  std::vector<core::OutboxItem> claim(std::string_view kind, core::WallMs now, core::WallMs until,
                                      std::size_t most) override;
  std::optional<core::WallMs> next_due(std::string_view kind) override;
  void put_off(std::int64_t pk, core::WallMs due, int tries) override;
  void remove(std::int64_t pk) override;

  Mark events_mark() override;
  std::vector<core::StoredEvent> events_between(std::int64_t after, std::int64_t last,
                                                std::span<const std::string> actions,
                                                std::size_t most) override;
  bool settle(std::int64_t from, std::int64_t to, std::span<const core::NewNotification> notes,
              std::span<const core::OutboxItem> items) override;

 private:
  Database& database_;
};

}  // namespace postern::store
