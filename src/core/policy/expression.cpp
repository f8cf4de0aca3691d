#include "core/policy/expression.h"

#include <lauxlib.h>
#include <time.h>

#include <algorithm>

#include "core/access/catalog.h"
#include "core/policy/expression_functions.h"
#include "core/policy/lua_state.h"

namespace postern::core {
namespace {

constexpr std::chrono::milliseconds kLongest{2000};  // whatever a binding allows: a lane waits

boost::json::value place_of(const GeoIp* geo, std::string_view address) {
  const auto place = geo == nullptr ? std::nullopt : geo->place(address);
  if (!place) return nullptr;
  boost::json::object out{
      {"country", place->country}, {"continent", place->continent}, {"city", place->city}};
  if (place->latitude && place->longitude) {
    out["lat"] = *place->latitude;
    out["long"] = *place->longitude;
  }
  return out;
}

boost::json::value owner_of(const GeoIp* geo, std::string_view address) {
  const auto owner = geo == nullptr ? std::nullopt : geo->owner(address);
  if (!owner) return nullptr;
  return boost::json::object{{"asn", owner->number}, {"as_org", owner->name}};
}

boost::json::value http_of(const HttpFacts* http) {
  if (http == nullptr) return nullptr;
  return boost::json::object{{"method", http->method},
                             {"path", http->path},
                             {"host", http->host},
                             {"user_agent", http->user_agent},
                             {"is_secure", http->secure}};
}

boost::json::object radius_of(const AccessFacts& access) {
  return {{"nas_identifier", access.nas_identifier},
          {"nas_ip_address", access.nas_address},
          {"nas_port_type", access.nas_port_type},
          {"nas_port_id", access.nas_port_id},
          {"called_station_id", access.called_station},
          {"calling_station_id", access.calling_station},
          {"ssid", access.ssid}};
}

// By the clock on the wall where the server is: that is what opening hours mean.
boost::json::object time_of(WallMs now) {
  const std::time_t seconds = now / 1000;
  std::tm at{};
  ::localtime_r(&seconds, &at);
  return {{"unix", static_cast<std::int64_t>(seconds)},
          {"year", at.tm_year + 1900},
          {"month", at.tm_mon + 1},
          {"day", at.tm_mday},
          {"hour", at.tm_hour},
          {"minute", at.tm_min},
          {"second", at.tm_sec},
          {"weekday", at.tm_wday == 0 ? 7 : at.tm_wday}};
}

std::string application_slug(const Directory& directory, std::string_view pk) {
  if (pk.empty()) return {};
  for (const auto& [slug, application] : directory.catalog()->applications) {
    if (application->pk == pk) return slug;
  }
  return {};
}

boost::json::object context_of(const PolicyCase& facts, const ExpressionTools& tools) {
  boost::json::object out = facts.context == nullptr ? boost::json::object() : *facts.context;
  out["auth_method"] = facts.auth_method;
  out["application"] = application_slug(tools.directory, facts.application);
  out["protocol"] = facts.protocol;
  out["pending_user_identifier"] = facts.identifier;
  out["flow"] = facts.flow;
  if (facts.access != nullptr) out["radius"] = radius_of(*facts.access);
  return out;
}

boost::json::object request_of(const PolicyCase& facts, const ExpressionTools& tools) {
  const UserId user = facts.record == nullptr ? 0 : facts.record->pk;
  boost::json::object context = context_of(facts, tools);
  const boost::json::value* radius = context.if_contains("radius");
  return {{"radius", radius == nullptr ? boost::json::value(nullptr) : *radius},
          {"time", tools.now == 0 ? boost::json::value(nullptr) : time_of(tools.now)},
          {"user", user_facts(tools, user)},
          {"http_request", http_of(facts.http)},
          {"context", context},
          {"geoip", place_of(tools.geo, facts.client)},
          {"asn", owner_of(tools.geo, facts.client)}};
}

int set_variables(lua_State* state) {
  const auto* run = static_cast<const ExpressionRun*>(lua_touserdata(state, 1));
  push_json(state, run->request);
  lua_getfield(state, -1, "context");
  lua_setglobal(state, "context");
  lua_setglobal(state, "request");
  lua_pushlstring(state, run->facts.client.data(), run->facts.client.size());
  lua_setglobal(state, "ak_client_ip");
  lua_pushlstring(state, run->facts.protocol.data(), run->facts.protocol.size());
  lua_setglobal(state, "ak_protocol");
  if (run->globals == nullptr) return 0;
  for (const auto& item : *run->globals) {
    push_json(state, item.value());
    lua_setglobal(state, item.key_c_str());
  }
  return 0;
}

bool execute(LuaState& lua, ExpressionRun& run, std::string_view code) {
  return lua.protect(&set_variables, &run) && lua.protect(&add_functions, &run) &&
         lua.load(code, "=expression") && lua.call();
}

PolicyAnswer failed(std::string why) {
  PolicyAnswer answer;
  answer.error = std::move(why);
  return answer;
}

}  // namespace

PolicyAnswer run_expression(std::string_view code, const PolicyCase& facts,
                            const ExpressionTools& tools, std::chrono::milliseconds timeout) {
  LuaLimits limits;
  limits.time = std::min(timeout, kLongest);
  LuaState lua(limits);
  if (!lua.usable()) return failed(lua.error());
  ExpressionRun run{facts, tools, request_of(facts, tools), {}, nullptr};
  if (!execute(lua, run, code)) return failed(lua.error());
  PolicyAnswer answer;
  answer.result =
      lua_toboolean(lua.get(), -1) != 0 ? PolicyAnswer::Result::pass : PolicyAnswer::Result::fail;
  answer.messages = std::move(run.messages);
  return answer;
}

MappingAnswer run_mapping(std::string_view code, const PolicyCase& facts,
                          const boost::json::object& globals, const ExpressionTools& tools,
                          std::chrono::milliseconds timeout) {
  LuaLimits limits;
  limits.time = std::min(timeout, kLongest);
  LuaState lua(limits);
  MappingAnswer answer;
  if (lua.usable()) {
    boost::json::object request = request_of(facts, tools), variables = globals;
    variables["user"] = request.at("user");
    ExpressionRun run{facts, tools, std::move(request), {}, &variables};
    if (execute(lua, run, code) && lua.take(answer.value)) return answer;
  }
  answer.value = nullptr;
  answer.error = lua.error();
  return answer;
}

std::optional<std::string> check_expression(std::string_view code) {
  LuaState lua(LuaLimits{});
  if (lua.usable() && lua.load(code, "=expression")) return std::nullopt;
  return lua.error();
}

}  // namespace postern::core
