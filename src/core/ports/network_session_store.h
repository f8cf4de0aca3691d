#pragma once
// NetworkSessionStore: where network sessions are kept: in the Store's database, outside of the
// feed. What a report changes is core/network/merge.h's to say.
//
// Errors and thread as Store: StoreError; any thread that may block, never a loop.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/session.h"

namespace postern::core {

struct NetworkSessionQuery {
  UserId user = 0;         // 0 = any
  std::string username;    // the user's or the outer one; "" = any
  std::string session_id;  // "" = any
  bool live_only = false;
  WallMs or_ended_after = 0;  // with live_only: those too; 0 = none
  bool to_end = false;        // only live ones that somebody wants to end
  std::size_t limit = 100;
};

class NetworkSessionStore {
 public:
  virtual ~NetworkSessionStore() = default;

  // All of them in one transaction, in their order; on return they are durable.
  virtual void record(std::span<const AccountingRecord> records) = 0;

  virtual std::vector<NetworkSession> list(const NetworkSessionQuery& query) = 0;  // newest first
  virtual std::optional<NetworkSession> get(std::int64_t pk) = 0;
  // Users who are known and have live sessions, ascending.
  virtual std::vector<UserId> live_users() = 0;

  // Somebody wants a session to end: whoever talks to its NAS sees to it. False: it has ended.
  virtual bool ask_to_end(std::int64_t pk, WallMs now) = 0;

  // The right to ask a NAS for the end of a live session, for one node at a time: true if nobody
  // took it since `not_since`.
  virtual bool claim_disconnect(std::int64_t pk, WallMs now, WallMs not_since) = 0;
  // What came of it; `gone` ends the session, since the NAS does not know it any more.
  virtual void note_disconnect(std::int64_t pk, std::string_view result, bool gone, WallMs now) = 0;

  // Erases sessions that ended, or were heard of last, before `before`; at most so many. The
  // number erased.
  virtual std::size_t forget(WallMs before, std::size_t most) = 0;
};

}  // namespace postern::core
