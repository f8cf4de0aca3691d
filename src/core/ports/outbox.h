#pragma once
// Outbox: a part of the Store's room of its own: what waits to go out (mails, calls of webhooks),
// and how far the rules on events have come. Kept in the Store's database, outside of the feed, so
// that a restart loses nothing. An item is claimed for a while, tried, and then removed or put off;
// whoever dies with a claim leaves it to the next one when the while is over: an item goes out at
// least once. Bodies are the owner's, and sealed: a mail may carry a link that logs somebody in.
//
// Errors and thread as Store: StoreError; any thread that may block, never a loop.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/ports/event_log.h"
#include "core/time.h"

namespace postern::core {

struct OutboxItem {
  std::int64_t pk = 0;
  std::string kind;    // "mail", "notice"
  std::string sealed;  // octets
  int tries = 0;       // with the one that it is claimed for
  WallMs created = 0;
  WallMs expires = 0;  // not worth a try afterwards; 0 = as long as there are tries
};

struct StoredEvent {
  std::int64_t pk = 0;
  Event event;
};

// What a person finds in the web interface.
struct NewNotification {
  Uuid pk;
  UserId user = 0;
  std::string severity, body;
  std::int64_t event = 0;
  WallMs created = 0;
};

class Outbox {
 public:
  static constexpr std::int64_t kMostWaiting = 10'000;

  virtual ~Outbox() = default;

  // False: too many wait already.
  virtual bool put(const OutboxItem& item) = 0;
  // What is due, the oldest first; nobody else gets it before `until`.
  virtual std::vector<OutboxItem> claim(std::string_view kind, WallMs now, WallMs until,
                                        std::size_t most) = 0;
  // When the next of the kind is due; nothing: none waits.
  virtual std::optional<WallMs> next_due(std::string_view kind) = 0;
  // `tries` counts on from here: a try that was cut short is taken back by its old number.
  virtual void put_off(std::int64_t pk, WallMs due, int tries) = 0;
  virtual void remove(std::int64_t pk) = 0;

  // The newest event that the rules have been applied to, and the newest there is.
  struct Mark {
    std::int64_t done = 0, last = 0;
  };
  virtual Mark events_mark() = 0;
  // Events behind `after` up to `last`, in order; of these actions, or of all.
  virtual std::vector<StoredEvent> events_between(std::int64_t after, std::int64_t last,
                                                  std::span<const std::string> actions,
                                                  std::size_t most) = 0;
  // What the rules made of the events up to `to`, all of it or nothing. False: somebody else has
  // been there since `from`. Items beyond kMostWaiting are left out.
  virtual bool settle(std::int64_t from, std::int64_t to, std::span<const NewNotification> notes,
                      std::span<const OutboxItem> items) = 0;
};

}  // namespace postern::core
