#include "app/commands/network_sessions.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <optional>

#include "app/radius/network_sessions.h"
#include "core/model/time_text.h"

namespace postern::app {
namespace {

using core::NetworkSession;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text + " ";
}

std::string short_time(core::WallMs when) {
  return when == 0 ? "-" : core::time_text(when).substr(0, 19);  // to the second
}

std::string amount(std::int64_t octets) {
  constexpr std::array<const char*, 5> kUnits{"", "K", "M", "G", "T"};
  std::size_t unit = 0;
  for (; octets >= 10'240 && unit + 1 < kUnits.size(); octets /= 1024) ++unit;
  return std::to_string(octets) + kUnits[unit];
}

std::string state_of(const NetworkSession& session, core::WallMs now, std::int64_t patience) {
  if (session.live()) return core::is_stale(session, now, patience) ? "stale" : "live";
  const std::string cause = core::terminate_cause_name(session.terminate_cause);
  return cause.empty() ? "ended" : cause;
}

std::string nas_of(const NetworkSession& session) {
  if (!session.nas_identifier.empty()) return session.nas_identifier;
  return session.nas_address.empty() ? session.client : session.nas_address;
}

boost::json::value time_or_null(core::WallMs when) {
  if (when == 0) return nullptr;
  return boost::json::value(core::time_text(when));
}
boost::json::value number_or_null(const std::optional<std::uint32_t>& number) {
  if (!number) return nullptr;
  return *number;
}

boost::json::object json_of(const NetworkSession& session, const std::string& state) {
  boost::json::object out;
  out["pk"] = session.pk;
  out["state"] = state;
  out["provider"] = session.provider;
  out["user"] = session.user == 0 ? boost::json::value(nullptr) : boost::json::value(session.user);
  out["username"] = session.username;
  out["outer_username"] = session.outer_name;
  out["tied_to_login"] = session.login.at != 0;
  out["session_id"] = session.session_id;
  out["multi_session_id"] = session.multi_session_id;
  out["client"] = session.client;
  out["nas_identifier"] = session.nas_identifier;
  out["nas_address"] = session.nas_address;
  out["nas_port"] = number_or_null(session.nas_port);
  out["nas_port_type"] = number_or_null(session.nas_port_type);
  out["nas_port_id"] = session.nas_port_id;
  out["framed_address"] = session.framed_address;
  out["framed_ipv6"] = session.framed_ipv6;
  out["calling_station"] = session.calling_station;
  out["called_station"] = session.called_station;
  out["login"] = time_or_null(session.login.at);
  out["started"] = time_or_null(session.started);
  out["interim"] = time_or_null(session.interim);
  out["stopped"] = time_or_null(session.stopped);
  out["seen"] = time_or_null(session.seen);
  out["seconds"] = session.seconds;
  out["in_octets"] = session.in_octets;
  out["out_octets"] = session.out_octets;
  out["in_packets"] = session.in_packets;
  out["out_packets"] = session.out_packets;
  out["terminate_cause"] = session.terminate_cause;
  out["disconnect"] = session.disconnect;
  out["disconnect_at"] = time_or_null(session.disconnect_at);
  return out;
}

std::string line_of(const NetworkSession& session, const std::string& state) {
  return padded(std::to_string(session.pk), 7) + padded(session.username, 16) + padded(state, 14) +
         padded(short_time(session.started), 19) +
         padded(short_time(session.live() ? session.seen : session.stopped), 19) +
         padded(amount(session.in_octets), 7) + padded(amount(session.out_octets), 7) +
         padded(session.framed_address.empty() ? session.framed_ipv6 : session.framed_address, 15) +
         padded(nas_of(session), 16) + padded(session.calling_station, 17) + session.session_id +
         "\n";
}

// Live ones, by what the administrator called them.
std::vector<NetworkSession> sessions_of(CommandContext& context, const std::string& name) {
  core::NetworkSessionStore& store = context.appliance.store().network_sessions();
  core::NetworkSessionQuery query;
  query.live_only = true;
  query.limit = 1000;
  query.username = name;
  auto found = store.list(query);
  if (!found.empty()) return found;
  query.username.clear();
  query.session_id = name;
  found = store.list(query);
  if (!found.empty()) return found;
  std::int64_t pk = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), pk);
  if (read.ec != std::errc() || read.ptr != name.data() + name.size()) return {};
  const auto one = store.get(pk);
  if (one && one->live()) found.push_back(*one);
  return found;
}

template <typename Ask>
int ask_each(CommandContext& context, const std::string& name, const Ask& ask) {
  const auto sessions = sessions_of(context, name);
  if (sessions.empty()) {
    context.console.error("no live session belongs to \"" + name + "\"");
    return kRefused;
  }
  bool all = true;
  for (const NetworkSession& session : sessions) {
    const core::NetworkSessions::Result result = ask(session);
    all = all && result.done;
    context.console.line(padded(session.session_id, 20) + padded(session.username, 16) +
                         padded(nas_of(session), 16) + result.text);
  }
  return all ? kDone : kRefused;
}

// "NAME=VALUE", "NAME:TAG=VALUE".
std::optional<core::ReplyItem> item_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  core::ReplyItem item;
  item.name = text.substr(0, equals);
  item.value = text.substr(equals + 1);
  const std::size_t colon = item.name.find(':');
  if (colon == std::string::npos) return item;
  const std::string tag = item.name.substr(colon + 1);
  item.name.resize(colon);
  const auto read = std::from_chars(tag.data(), tag.data() + tag.size(), item.tag);
  if (read.ec != std::errc() || read.ptr != tag.data() + tag.size() || item.tag > 31) {
    return std::nullopt;
  }
  return item;
}

}  // namespace

int disconnect_sessions(CommandContext& context, const SessionTarget& target) {
  AskedNetworkSessions network(context.appliance);
  return ask_each(context, target.name, [&](const NetworkSession& session) {
    return network.disconnect(session, "command");
  });
}

int change_sessions(CommandContext& context, const SessionTarget& target) {
  std::vector<core::ReplyItem> items;
  for (const std::string& text : target.changes) {
    auto item = item_of(text);
    if (!item) {
      context.console.error(text + " is not NAME=VALUE or NAME:TAG=VALUE");
      return kUsage;
    }
    items.push_back(*std::move(item));
  }
  AskedNetworkSessions network(context.appliance);
  return ask_each(context, target.name, [&](const NetworkSession& session) {
    return network.change(session, items, "command");
  });
}

int list_sessions(CommandContext& context, const SessionList& options) {
  core::NetworkSessionQuery query;
  query.username = options.user;
  query.session_id = options.session_id;
  query.live_only = options.live;
  query.limit = options.limit;
  const auto found = context.appliance.store().network_sessions().list(query);
  const core::WallMs now = context.appliance.clock().wall();
  const std::int64_t patience = context.appliance.config().radius.session_patience.count();
  boost::json::array all;
  std::string table = padded("pk", 7) + padded("user", 16) + padded("state", 14) +
                      padded("start", 19) + padded("last report", 19) + padded("in", 7) +
                      padded("out", 7) + padded("address", 15) + padded("nas", 16) +
                      padded("station", 17) + "session\n";
  for (const NetworkSession& session : found) {
    const std::string state = state_of(session, now, patience);
    if (options.json) {
      all.push_back(json_of(session, state));
    } else {
      table += line_of(session, state);
    }
  }
  if (options.json) {
    context.console.line(boost::json::serialize(all));
  } else if (found.empty()) {
    context.console.line("no session is known");
  } else {
    context.console.out(table);
  }
  return kDone;
}

}  // namespace postern::app
