#pragma once
// PendingOperation: a request that is carried out off the loop (an update, a password change). The
// session starts it on its lane, holds back every request behind it, and lets it answer when the
// work is over. One at a time; a Bind is the other kind of work that holds everything back.
//
// An answer may be due later than the work is over: a refused password costs its delay here as it
// does at a bind, and the session stays busy until then.
//
// Made on the loop with everything that run() needs copied in: neither the request's octets nor the
// identity live as long as the work. If the session ends first, nobody is answered.

#include <chrono>
#include <cstdint>
#include <memory>

#include "outpost/ldap/conversation.h"
#include "protocols/session.h"

namespace postern::outpost {

class PendingOperation : public Work {
 public:
  PendingOperation(std::int32_t message_id, Lane lane) : message_id_(message_id), lane_(lane) {}

  std::int32_t message_id() const noexcept { return message_id_; }
  Lane lane() const noexcept { return lane_; }
  // After run(): the answer is given no sooner than this.
  virtual std::chrono::milliseconds delay() const noexcept { return {}; }

  // On the loop, exactly one of them, once: appends the response.
  virtual void answer(Conversation& conversation, Io& io) = 0;          // after run()
  virtual void answer_refused(Conversation& conversation, Io& io) = 0;  // the lane was full: busy

 private:
  const std::int32_t message_id_;
  const Lane lane_;
};

// nullptr: answered already.
using Pending = std::shared_ptr<PendingOperation>;

}  // namespace postern::outpost
