#pragma once
// Site: what the HTTP listeners serve: the router with everything on it, and around each request
// who asks, who may come in, and what forged requests are refused. An exception of a broken
// environment is one 503, and a line in the log. Thread-safe once made.

#include "http/rate_limit.h"
#include "http/router.h"
#include "http/session.h"
#include "http/web_sessions.h"

namespace postern::http {

class Site final : public Application {
 public:
  explicit Site(const Services& services);

  Lane lane(const Request& request) const noexcept override;
  Response handle(const Request& request) noexcept override;

  // Each minute: expired sessions go.
  void sweep() const { sessions_.sweep(); }

 private:
  Response serve(Context& context) const;
  Response dispatch(Context& context) const;
  std::optional<Response> refuse_flood(const Request& request, bool executor) const;

  const Services& services_;
  const WebSessions sessions_;
  mutable RateLimit logins_, bad_tokens_;
  Router router_;
};

}  // namespace postern::http
