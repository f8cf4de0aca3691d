#include "http/authentication.h"

#include <algorithm>

#include "core/access/access_check.h"
#include "core/access/network.h"
#include "core/credentials/app_password.h"
#include "core/hex.h"

namespace postern::http {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kMaxKey = 1024;

Response invalid_token() { return detail(403, "Token invalid/expired"); }

// The user must be there and usable now.
bool load(Context& context, core::UserId user) {
  core::LoginRecord& record = context.who.record;
  const bool found = context.services.directory.read_user(user, record) == core::Lookup::found;
  if (found &&
      core::check_user(record, context.services.tools.clock.wall()) == core::Reason::none) {
    return true;
  }
  core::forget(record);
  return false;
}

// The API token of this key. App passwords, recovery keys and the like open nothing here.
std::optional<core::Object> api_token(const Context& context, std::string_view key) {
  if (key.size() < core::kMinGivenKey || key.size() > kMaxKey) return std::nullopt;
  core::ListQuery query;
  query.equals["verifier"] = core::to_hex(core::key_verifier(key));
  query.limit = 1;
  auto found = context.services.store.list(core::token_model(), query);
  if (found.empty() || found.front().at("intent") != "api") return std::nullopt;
  const core::Object& token = found.front();
  const bool expired = token.at("expiring").as_bool() && token.at("expires").is_int64() &&
                       context.services.tools.clock.wall() >= token.at("expires").get_int64();
  if (expired) return std::nullopt;
  return std::move(found.front());
}

std::optional<Response> by_token(Context& context, std::string_view key) {
  const auto token = api_token(context, key);
  if (!token || !load(context, token->at("user").as_int64())) return invalid_token();
  context.who.by = Identity::By::token;
  context.services.events.touch_token(core::Uuid(token->at("pk").as_string()),
                                      context.services.tools.clock.wall());
  return std::nullopt;
}

// Who acts as somebody else has to be there as at the beginning.
bool impersonator_holds(const Context& context) {
  const WebSession& session = *context.session;
  if (session.impersonator == 0) return true;
  core::LoginRecord record;
  return context.services.directory.read_user(session.impersonator, record) ==
             core::Lookup::found &&
         core::check_user(record, context.services.tools.clock.wall()) == core::Reason::none &&
         record.password_changed == session.impersonator_changed;
}

std::string origin_of(const Request& request) {
  return (request.secure ? "https://" : "http://") + request.host;
}

}  // namespace

std::optional<Response> authenticate(Context& context) {
  const std::string_view field = context.request.header("authorization");
  if (field.starts_with(kBearer)) return by_token(context, field.substr(kBearer.size()));
  if (!field.empty()) return invalid_token();
  context.session = context.sessions.find(context.request);
  if (!context.session || context.session->user == 0) return std::nullopt;
  const bool holds = load(context, context.session->user) &&
                     context.who.record.password_changed == context.session->password_changed &&
                     impersonator_holds(context);
  if (!holds) {
    core::forget(context.who.record);
    context.session.reset();
    return std::nullopt;
  }
  context.who.by = Identity::By::session;
  return std::nullopt;
}

std::optional<std::string> address_from_outpost(const Context& context) {
  const std::string_view key = context.request.header("x-authentik-outpost-token");
  const std::string_view address = context.request.header("x-authentik-remote-ip");
  if (key.empty() || !core::parse_address(address)) return std::nullopt;
  const auto token = api_token(context, key);
  if (!token) return std::nullopt;
  core::LoginRecord owner;
  const bool outpost =
      context.services.directory.read_user(token->at("user").as_int64(), owner) ==
          core::Lookup::found &&
      owner.type == "internal_service_account" &&
      core::check_user(owner, context.services.tools.clock.wall()) == core::Reason::none;
  if (!outpost) return std::nullopt;
  return std::string(address);
}

bool same_origin(const Context& context) {
  const Request& request = context.request;
  const std::string_view origin = request.header("origin");
  if (!origin.empty()) return origin == origin_of(request) || origin == context.services.base_url;
  const std::string_view referer = request.header("referer");
  if (!request.secure || referer.empty()) return true;
  const auto inside = [&](const std::string& ours) {
    return referer == ours || referer.starts_with(ours + "/");
  };
  return inside(origin_of(request)) || inside(context.services.base_url);
}

std::optional<Response> refuse_forgery(const Context& context) {
  if (context.request.reads() || context.request.method == "OPTIONS") return std::nullopt;
  if (context.who.by == Identity::By::token) return std::nullopt;
  if (!same_origin(context)) {
    return detail(403, "CSRF Failed: Origin checking failed - the request comes from elsewhere.");
  }
  if (context.who.by != Identity::By::session) return std::nullopt;
  const std::string wanted = context.sessions.csrf_token(*context.session);
  const std::string_view given = context.request.header("x-authentik-csrf");
  if (given.empty()) return detail(403, "CSRF Failed: CSRF token missing.");
  if (!core::constant_time_equal(given, wanted)) {
    return detail(403, "CSRF Failed: CSRF token incorrect.");
  }
  return std::nullopt;
}

}  // namespace postern::http
