#pragma once
// NetworkSessions: what may be done to a live session in a network: end it, or change what its user
// got. The NAS is asked and the result kept with the session and in the events.
//
// Both block until the NAS has answered or is given up (seconds). Thread: any that may block.
// Errors: told in Result; StoreError.

#include <span>
#include <string>
#include <string_view>

#include "core/access/reply_rules.h"
#include "core/network/session.h"

namespace postern::core {

class NetworkSessions {
 public:
  virtual ~NetworkSessions() = default;

  struct Result {
    bool done = false;
    std::string text;  // "ack", "nak 503 Session-Context-Not-Found", "no answer ...", why not asked
  };

  // `who` asks, for the event.
  virtual Result disconnect(const NetworkSession& session, std::string_view who) = 0;
  // Without `changes`: what the reply rules of its provider send this user now.
  virtual Result change(const NetworkSession& session, std::span<const ReplyItem> changes,
                        std::string_view who) = 0;
};

}  // namespace postern::core
