#include "http/site.h"

#include <algorithm>

#include "core/log.h"
#include "http/api/routes.h"
#include "http/authentication.h"
#include "http/flow/executor.h"
#include "http/pages.h"

namespace postern::http {
namespace {

bool is_api(const Request& request) noexcept {
  return request.segments.size() >= 2 && request.segments[0] == "api";
}

Response not_found(const Request& request) {
  if (is_api(request)) return detail(404, "Not found.");
  return page(404,
              "<!doctype html>\n<html lang=\"en\"><head><title>Not found</title></head>"
              "<body><h1>Not found</h1></body></html>\n");
}

bool answers_flow(const Request& request) {
  const auto& path = request.segments;
  return request.method == "POST" && path.size() == 5 && path[2] == "flows" &&
         path[3] == "executor";
}

}  // namespace

Site::Site(const Services& services)
    : services_(services),
      sessions_(services),
      logins_(services.tools.clock, services.login_rate),
      bad_tokens_(services.tools.clock, services.token_failures) {
  add_pages(router_);
  add_executor(router_);
  add_api(router_);
}

// Slow hashes run on their lane alone.
Lane Site::lane(const Request& request) const noexcept {
  if (request.method != "POST") return Lane::http;
  const auto& path = request.segments;
  const bool password = !path.empty() && path.back() == "set_password";
  return answers_flow(request) || password ? Lane::hash : Lane::http;
}

Response Site::handle(const Request& request) noexcept {
  try {
    Context context{services_, sessions_, request, {}, {}, {}, {}, {}, {}};
    Response response = serve(context);
    std::ranges::move(context.extra, std::back_inserter(response.headers));
    return response;
  } catch (const core::StoreError& error) {
    log::error("http.store_failed", {{"request", request.id}, {"why", error.what()}});
    return detail(503, "The server cannot reach its database. Try again.");
  } catch (const std::exception& error) {
    log::error("http.failed", {{"request", request.id}, {"why", error.what()}});
    return detail(500, "The request failed. Its id is " + request.id + ".");
  }
}

Response Site::serve(Context& context) const {
  auto query = Query::parse(context.request.query);
  if (!query) return detail(400, "The query string cannot be read.");
  context.query = *std::move(query);
  return dispatch(context);
}

// Who guesses tokens, or floods the login, waits; everybody else goes on.
std::optional<Response> Site::refuse_flood(const Request& request, bool executor) const {
  int seconds = 0;
  if (!request.header("authorization").empty()) seconds = bad_tokens_.wait(request.client);
  if (seconds == 0 && executor) {
    seconds = logins_.wait(request.client);
    if (seconds == 0 && !request.may_call_out) logins_.count(request.client);
  }
  if (seconds == 0) return std::nullopt;
  Response response = detail(
      429, "Request was throttled. Expected available in " + std::to_string(seconds) + " seconds.");
  response.set("Retry-After", std::to_string(seconds));
  return response;
}

Response Site::dispatch(Context& context) const {
  const Request& request = context.request;
  Router::Match match = router_.match(request);
  switch (match.kind) {
    case Router::Match::Kind::not_found:
      return not_found(request);
    case Router::Match::Kind::needs_slash:
      // The path begins with one slash: "//host" has an empty segment, which no route has.
      return redirect(301, request.path + "/" + (request.query.empty() ? "" : "?" + request.query));
    case Router::Match::Kind::wrong_method: {
      Response response =
          detail(405, "Method \"" + request.method.substr(0, 20) + "\" not allowed.");
      response.set("Allow", match.allow);
      return response;
    }
    case Router::Match::Kind::found:
      break;
  }
  context.params = std::move(match.params);
  if (auto flood = refuse_flood(request, answers_flow(request))) return *std::move(flood);
  if (auto refusal = authenticate(context)) {
    bad_tokens_.count(request.client);
    return *std::move(refusal);
  }
  if (match.door != Door::open) {
    if (context.who.user() == 0) {
      return detail(403, "Authentication credentials were not provided.");
    }
    if (auto forged = refuse_forgery(context)) return *std::move(forged);
    if (match.door == Door::superuser && !context.who.superuser()) {
      return detail(403, "You do not have permission to perform this action.");
    }
  }
  return (*match.handler)(context);
}

}  // namespace postern::http
