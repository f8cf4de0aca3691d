#include "http/web_sessions.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

#include "core/credentials/digest.h"
#include "core/credentials/random_text.h"
#include "core/flow/plan_codec.h"
#include "core/hex.h"
#include "core/login_effects.h"
#include "core/model/time_text.h"
#include "core/uuid.h"
#include "http/session_binding.h"
#include "http/set_cookie.h"
#include "http/text.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::size_t kSecretLength = 43;  // base62: 256 bits
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kBrowserLifetime = 14 * 24 * 60 * kMinute;  // of a cookie without an end
constexpr std::int64_t kFlowLifetime = 60 * kMinute;               // before a login

const core::Model& model() { return *core::find_model("authentik_core.authenticatedsession"); }

std::string verifier_of(std::string_view secret) { return core::to_hex(core::sha256(secret)); }

std::int64_t integer(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string plan_context(std::string_view pk) { return "web plan:" + std::string(pk); }

}  // namespace

std::optional<WebSession> WebSessions::find(const Request& request) const {
  const std::string_view secret = cookie(request.header("cookie"), kSessionCookie);
  if (secret.size() != kSecretLength) return std::nullopt;
  core::ListQuery query;
  query.equals["verifier"] = verifier_of(secret);
  query.limit = 1;
  const auto found = services_.store.list(model(), query);
  if (found.empty()) return std::nullopt;
  const Object& row = found.front();
  WebSession session;
  session.pk = row.at("pk").as_string();
  session.secret = secret;
  session.user = integer(row, "user");
  session.expires = integer(row, "expires");
  session.last_used = integer(row, "last_used");
  session.password_changed = integer(row, "password_changed");
  session.impersonator = integer(row, "impersonator");
  session.impersonator_changed = integer(row, "impersonator_changed");
  session.sealed_plan = row.at("plan").as_string();
  session.plan_version = integer(row, "plan_version");
  const core::WallMs now = services_.tools.clock.wall();
  if (now >= session.expires || bound_elsewhere(row, session, request)) return std::nullopt;
  if (unused(session, now)) {
    end(row, session, request, {{"unused_since", core::time_text(session.last_used)}});
    return std::nullopt;
  }
  // What a page asks while nobody is there is no use.
  if (!request.header("x-postern-background").empty()) return session;
  const std::int64_t idle = services_.session_idle;
  if (now - session.last_used > (idle > 0 ? std::min(kMinute, idle / 10) : kMinute)) {
    const auto transaction = services_.store.begin();
    if (!transaction->get(model(), row.at("pk"))) return std::nullopt;
    transaction->update(model(), row.at("pk"),
                        {{"last_used", now},
                         {"last_ip", request.client},
                         {"last_user_agent", core::printable(request.header("user-agent"), 300)}});
    transaction->commit();
  }
  return session;
}

WebSession WebSessions::fresh() const {
  WebSession session;
  session.secret = core::random_text(services_.tools.random, core::kBase62, kSecretLength).reveal();
  return session;
}

bool WebSessions::unused(const WebSession& session, core::WallMs now) const noexcept {
  return services_.session_idle > 0 && session.user != 0 &&
         now - session.last_used > services_.session_idle;
}

// The address has left what the login has bound the session to: it ends here and now.
bool WebSessions::bound_elsewhere(const Object& row, const WebSession& session,
                                  const Request& request) const {
  if (session.user == 0) return false;
  const auto text = [&row](std::string_view name) {
    return std::string_view(row.at(name).as_string());
  };
  const std::string_view broken =
      broken_binding(services_.geo, text("network_binding"), text("geoip_binding"), text("last_ip"),
                     request.client);
  if (broken.empty()) return false;
  end(row, session, request, {{"binding", broken}, {"previous_ip", text("last_ip")}});
  return true;
}

// Without its user having said so; whoever is first tells the events.
void WebSessions::end(const Object& row, const WebSession& session, const Request& request,
                      Object why) const {
  const auto transaction = services_.store.begin();
  if (!transaction->erase(model(), row.at("pk"))) return;
  transaction->commit();
  core::Event event;
  event.action = "logout";
  event.app = "postern.http";
  event.user = session.user;
  event.client_ip = request.client;
  event.context = std::move(why);
  event.created = services_.tools.clock.wall();
  if (const auto user = services_.store.load_user(session.user)) event.username = user->username;
  services_.events.record(std::move(event));
}

Object WebSessions::new_row(const Request& request, WebSession& session) const {
  const core::WallMs now = services_.tools.clock.wall();
  session.pk = core::make_uuid(services_.tools.random);
  session.last_used = now;
  return {{"pk", session.pk},
          {"user", session.user == 0 ? Value(nullptr) : Value(session.user)},
          {"verifier", verifier_of(session.secret)},
          {"created", now},
          {"last_used", now},
          {"expires", session.expires},
          {"last_ip", request.client},
          {"last_user_agent", core::printable(request.header("user-agent"), 300)},
          {"password_changed",
           session.password_changed == 0 ? Value(nullptr) : Value(session.password_changed)},
          {"plan", session.sealed_plan},
          {"plan_version", session.plan_version}};
}

std::optional<WebSession> WebSessions::log_in(const Request& request, core::UserId user,
                                              const SessionTerms& terms,
                                              const WebSession* before) const {
  core::LoginRecord record;
  services_.directory.read_user(user, record);
  WebSession session = fresh();
  session.user = user;
  session.password_changed = record.password_changed;
  session.expires =
      services_.tools.clock.wall() + (terms.lifetime_ms > 0 ? terms.lifetime_ms : kBrowserLifetime);
  Object row = new_row(request, session);
  row["network_binding"] = terms.network_binding;
  row["geoip_binding"] = terms.geoip_binding;
  const auto transaction = services_.store.begin();
  if (before != nullptr && before->stored()) {
    const auto old = transaction->get(model(), Value(before->pk));
    if (!old || integer(*old, "plan_version") != before->plan_version) return std::nullopt;
    transaction->erase(model(), Value(before->pk));
  }
  transaction->insert(model(), row);
  transaction->commit();
  return session;
}

void WebSessions::log_out(const WebSession& session) const {
  if (!session.stored()) return;
  const auto transaction = services_.store.begin();
  transaction->erase(model(), Value(session.pk));
  transaction->commit();
}

void WebSessions::end_others(const WebSession& session) const {
  const auto transaction = services_.store.begin();
  for (const Object& row : transaction->find(model(), {{"user", session.user}}, 10'000)) {
    if (row.at("pk").as_string() != session.pk) transaction->erase(model(), row.at("pk"));
  }
  transaction->commit();
}

void WebSessions::restamp(WebSession& session) const {
  core::LoginRecord record;
  if (services_.directory.read_user(session.user, record) != core::Lookup::found) return;
  const auto transaction = services_.store.begin();
  if (!transaction->get(model(), Value(session.pk))) return;
  transaction->update(model(), Value(session.pk), {{"password_changed", record.password_changed}});
  transaction->commit();
  session.password_changed = record.password_changed;
}

void WebSessions::become(WebSession& session, core::UserId user, core::UserId impersonator) const {
  const auto changed = [this](core::UserId pk) {
    core::LoginRecord record;
    if (pk != 0) services_.directory.read_user(pk, record);
    return record.password_changed;
  };
  session.user = user;
  session.impersonator = impersonator;
  session.password_changed = changed(user);
  session.impersonator_changed = changed(impersonator);
  const auto transaction = services_.store.begin();
  if (!transaction->get(model(), Value(session.pk))) return;
  transaction->update(model(), Value(session.pk),
                      {{"user", user},
                       {"password_changed", session.password_changed},
                       {"impersonator", impersonator == 0 ? Value(nullptr) : Value(impersonator)},
                       {"impersonator_changed", session.impersonator_changed},
                       {"plan", ""},
                       {"plan_version", ++session.plan_version}});
  transaction->commit();
  session.sealed_plan.clear();
}

std::optional<core::Plan> WebSessions::plan(const WebSession& session) const {
  if (session.sealed_plan.empty()) return std::nullopt;
  const auto sealed = core::from_hex(session.sealed_plan);
  const auto text =
      sealed ? services_.tools.sealer.unseal(*sealed, plan_context(session.secret)) : std::nullopt;
  if (!text) return std::nullopt;
  boost::system::error_code error;
  const Value json = boost::json::parse(text->reveal(), error);
  if (error || !json.is_object()) return std::nullopt;
  return core::plan_from_json(json.get_object(), *services_.directory.catalog());
}

bool WebSessions::keep_plan(const Request& request, WebSession& session,
                            const core::Plan& plan) const {
  const std::string text = boost::json::serialize(core::plan_to_json(plan));
  session.sealed_plan =
      core::to_hex(services_.tools.sealer.seal(text, plan_context(session.secret)));
  if (!session.stored()) {
    session.expires = services_.tools.clock.wall() + kFlowLifetime;
    session.plan_version = 1;
    const auto transaction = services_.store.begin();
    transaction->insert(model(), new_row(request, session));
    transaction->commit();
    return true;
  }
  const auto transaction = services_.store.begin();
  const auto row = transaction->get(model(), Value(session.pk));
  if (!row || integer(*row, "plan_version") != session.plan_version) return false;
  transaction->update(model(), Value(session.pk),
                      {{"plan", session.sealed_plan}, {"plan_version", ++session.plan_version}});
  transaction->commit();
  return true;
}

bool WebSessions::drop_plan(WebSession& session) const {
  if (!session.stored() || session.sealed_plan.empty()) return true;
  const auto transaction = services_.store.begin();
  const auto row = transaction->get(model(), Value(session.pk));
  if (!row || integer(*row, "plan_version") != session.plan_version) return false;
  transaction->update(model(), Value(session.pk),
                      {{"plan", ""}, {"plan_version", ++session.plan_version}});
  transaction->commit();
  session.sealed_plan.clear();
  return true;
}

std::string WebSessions::csrf_token(const WebSession& session) const {
  const auto key = services_.tools.sealer.derive("web csrf");
  return core::to_hex(core::hmac(core::DigestKind::sha256, core::as_text(key), session.secret))
      .substr(0, 40);
}

std::vector<Header> WebSessions::cookies(const Request& request, const WebSession& session,
                                         std::int64_t lifetime_ms) const {
  return {set_cookie(request, kSessionCookie, session.secret, lifetime_ms),
          set_cookie(request, kCsrfCookie, csrf_token(session), lifetime_ms, Readers::scripts_too)};
}

std::vector<Header> WebSessions::no_cookies(const Request& request) const {
  return {set_cookie(request, kSessionCookie, "", -1),
          set_cookie(request, kCsrfCookie, "", -1, Readers::scripts_too)};
}

void WebSessions::sweep() const {
  const core::WallMs now = services_.tools.clock.wall();
  core::ListQuery query;
  query.where.push_back({"expires", core::Where::Is::less, {Value(now)}});
  query.limit = 1000;
  auto over = services_.store.list(model(), query);
  if (services_.session_idle > 0) {
    query.where = {{"user", core::Where::Is::not_null, {}},
                   {"last_used", core::Where::Is::less, {Value(now - services_.session_idle)}}};
    for (Object& row : services_.store.list(model(), query)) over.push_back(std::move(row));
  }
  if (over.empty()) return;
  const auto transaction = services_.store.begin();
  for (const Object& row : over) transaction->erase(model(), row.at("pk"));
  transaction->commit();
}

}  // namespace postern::http
