#pragma once
// WebSessions: logins of browsers, as rows of the Store, so that every node serves them and a
// deleted one ends at once. A cookie holds 256 random bits; the row holds their SHA-256.
//
// A session of a user ends when it expires, when its row is deleted, when the user's password is
// set anew (the session that did it is stamped again), is disabled or goes out of its times. It is
// not bound to the credential generation: a new app password or group must not throw people out of
// their browsers. It ends too when it was not used for as long as the configuration says. A login
// may bind it to its network or place; then it ends when the address leaves
// those. Before a login a row exists only once a flow has something to keep.
//
// Thread: any that may block. Errors: StoreError.

#include <optional>
#include <string>
#include <string_view>

#include "core/flow/plan.h"
#include "http/request.h"
#include "http/services.h"

namespace postern::http {

inline constexpr std::string_view kSessionCookie = "authentik_session";
inline constexpr std::string_view kCsrfCookie = "authentik_csrf";

struct WebSession {
  std::string pk;      // "" = not stored (yet)
  std::string secret;  // what the cookie says
  core::UserId user = 0;
  core::WallMs expires = 0, last_used = 0, password_changed = 0;
  core::UserId impersonator = 0;  // who acts as `user`; 0 = nobody but the user
  core::WallMs impersonator_changed = 0;
  std::string sealed_plan;
  std::int64_t plan_version = 0;
  bool stored() const noexcept { return !pk.empty(); }
};

// What a login says of the session that it begins.
struct SessionTerms {
  std::int64_t lifetime_ms = 0;                // 0 = until the browser closes
  std::string network_binding, geoip_binding;  // session_binding.h
};

class WebSessions {
 public:
  explicit WebSessions(const Services& services) : services_(services) {}

  // The session of this request's cookie; nothing when there is none or it has expired. Notes its
  // use, at most once a minute, or in a tenth of the time after which it ends without;
  // what a page says to ask by itself (X-Postern-Background) is none.
  std::optional<WebSession> find(const Request& request) const;

  // A session that is not stored, for a flow that has begun.
  WebSession fresh() const;

  // A new session of the user. The one before is gone with the same write, which is made only if
  // its plan stands where this request has left it: one run of a flow logs in once, whatever
  // happens at the same time, and a crash leaves either of the two. Nothing = it has moved.
  std::optional<WebSession> log_in(const Request& request, core::UserId user,
                                   const SessionTerms& terms, const WebSession* before) const;
  void log_out(const WebSession& session) const;
  void end_others(const WebSession& session) const;  // of the same user
  // The user of this session has a new password and goes on.
  void restamp(WebSession& session) const;

  // From now on the session is `user`'s, with `impersonator` behind it; 0 gives it back.
  void become(WebSession& session, core::UserId user, core::UserId impersonator) const;

  std::optional<core::Plan> plan(const WebSession& session) const;
  // False: another request has moved the plan meanwhile. Stores the session if it is not.
  bool keep_plan(const Request& request, WebSession& session, const core::Plan& plan) const;
  bool drop_plan(WebSession& session) const;

  // Set-Cookie values of a session. `lifetime_ms` 0 = until the browser closes.
  std::vector<Header> cookies(const Request& request, const WebSession& session,
                              std::int64_t lifetime_ms) const;
  std::vector<Header> no_cookies(const Request& request) const;
  std::string csrf_token(const WebSession& session) const;

  // Expired ones go, at most 1000 at a time.
  void sweep() const;

 private:
  core::Object new_row(const Request& request, WebSession& session) const;
  bool unused(const WebSession& session, core::WallMs now) const noexcept;
  void end(const core::Object& row, const WebSession& session, const Request& request,
           core::Object why) const;
  bool bound_elsewhere(const core::Object& row, const WebSession& session,
                       const Request& request) const;

  const Services& services_;
};

}  // namespace postern::http
