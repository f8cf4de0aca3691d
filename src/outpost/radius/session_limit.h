#pragma once
// SessionLimit: whether one more session of a user is allowed at a provider that limits them
// (attrs.postern:simultaneous_use). What counts: live sessions in the store that are not stale, and
// logins of the last moments whose Start has not arrived yet, so that many logins at once do not
// pass. The same device again (Calling-Station-Id) at Wi-Fi or a switch port is the same session:
// it has roamed or authenticates anew.
//
// Thread: the radius loop's; SessionsOfUser::run() on the store lane.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/network/session.h"
#include "core/ports/network_session_store.h"
#include "protocols/session.h"

namespace postern::outpost {

// The live sessions of a user, and those that ended a moment ago: a login whose session has come
// and gone waits for no Start. failed() when the store did not answer.
class SessionsOfUser final : public Work {
 public:
  SessionsOfUser(core::NetworkSessionStore& store, core::UserId user, core::WallMs now)
      : store_(store), user_(user), now_(now) {}
  void run() noexcept override;
  bool failed() const noexcept { return failed_; }
  const std::vector<core::NetworkSession>& sessions() const noexcept { return sessions_; }

 private:
  core::NetworkSessionStore& store_;
  const core::UserId user_;
  const core::WallMs now_;
  std::vector<core::NetworkSession> sessions_;
  bool failed_ = true;
};

class SessionLimit {
 public:
  static constexpr core::WallMs kStartTakes = 30'000;  // between an Access-Accept and its Start

  struct Asked {
    core::ProviderId provider = 0;
    core::UserId user = 0;
    std::string_view station;       // Calling-Station-Id
    bool port_of_a_device = false;  // NAS-Port-Type says Wi-Fi or Ethernet
    int most = 0;
  };

  // Whether there is room, by the sessions that are known.
  bool allows(const Asked& asked, const std::vector<core::NetworkSession>& sessions,
              core::WallMs now, std::int64_t patience_ms);
  // The login was answered with an Access-Accept; `at` as in its LoginTie.
  void accepted(const Asked& asked, core::WallMs at);

 private:
  struct Recent {
    core::WallMs at = 0;
    std::string station;
  };
  std::map<std::pair<core::ProviderId, core::UserId>, std::deque<Recent>> recent_;
  core::WallMs swept_ = 0;

  void sweep(core::WallMs now);
};

}  // namespace postern::outpost
