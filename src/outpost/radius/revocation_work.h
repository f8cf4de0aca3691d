#pragma once
// RevocationWork: which live sessions have to end since the feed moved: reads the changes, looks at
// the sessions of the users that they touch (of all users after a change of groups or
// configuration, after a gap in the feed, and when asked to) and at those that somebody wants to
// end, and takes each right to end one for this node. DisconnectNote: writes down what came of a
// request.
//
// Errors: a Store that does not answer leaves failed() and nothing taken that is not in found().
// Thread: made and read on the loop, run() on the store lane.

#include <map>
#include <string>
#include <vector>

#include "core/network/session.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/store.h"
#include "protocols/session.h"

namespace postern::outpost {

struct RevokedSession {
  core::NetworkSession session;
  std::string why;
  bool over_udp = false;  // its RadSec connection was of no use
};

class RevocationWork final : public Work {
 public:
  struct Span {
    std::int64_t from = 0;  // the last change that was looked at
    std::int64_t to = 0;    // what the Directory shows
    bool everybody = false;
    core::WallMs not_since = 0;    // sessions that were asked to end later than this are left alone
    std::int64_t patience_ms = 0;  // of is_stale(); stale ones are left alone, too
    std::map<std::int64_t, core::WallMs> quiet{};  // these as well, until then
  };
  RevocationWork(core::Store& store, const core::Directory& directory, const core::Clock& clock,
                 const Span& span);

  void run() noexcept override;
  bool failed() const noexcept { return failed_; }
  std::vector<RevokedSession>& found() noexcept { return found_; }
  const Span& span() const noexcept { return span_; }

 private:
  std::vector<core::UserId> users();
  void look_at(core::UserId user);
  void look_at_wanted();
  void take(core::NetworkSession& session, std::string_view why, core::WallMs now);
  bool may_ask(const core::NetworkSession& session, const core::Catalog& catalog,
               core::WallMs now) const;

  core::Store& store_;
  const core::Directory& directory_;
  const core::Clock& clock_;
  const Span span_;
  std::vector<RevokedSession> found_;
  core::LoginRecord record_;
  bool failed_ = false;
};

class DisconnectNote final : public Work {
 public:
  DisconnectNote(core::NetworkSessionStore& store, std::int64_t session, std::string result,
                 bool gone, core::WallMs now);
  void run() noexcept override;

 private:
  core::NetworkSessionStore& store_;
  const std::int64_t session_;
  const std::string result_;
  const bool gone_;
  const core::WallMs now_;
};

}  // namespace postern::outpost
