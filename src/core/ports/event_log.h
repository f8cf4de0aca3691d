#pragma once
// EventLog: the audit trail (authentik's events). record() never blocks on the Store: it queues,
// the event writer commits in batches. Bounded: when the queue is full the oldest are counted as
// lost. No secret ever enters an Event. Thread-safe.

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

#include "core/ids.h"
#include "core/time.h"

namespace postern::core {

struct Event {
  std::string action;  // authentik's names: login, login_failed, password_set, secret_view,
                       // model_created, ...
  std::string app;     // what raised it, e.g. "postern.outpost.ldap"
  UserId user = 0;     // 0 = nobody known
  std::string username;
  std::string client_ip;
  boost::json::object context;
  WallMs created = 0;
};

// A login that went well or wrong, for the reputation of a name and an address.
struct ReputationChange {
  std::string identifier, ip;
  std::int64_t delta = 0;
};

class EventLog {
 public:
  virtual ~EventLog() = default;
  virtual void record(Event event) = 0;
  // Coalesced per user and written with the next batch.
  virtual void touch_last_login(UserId user, WallMs when) = 0;
  virtual void touch_token(const Uuid& token, WallMs when) = 0;
  virtual void note_reputation(ReputationChange) {}
};

}  // namespace postern::core
