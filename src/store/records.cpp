#include "store/records.h"

#include <boost/json/parse.hpp>

#include <algorithm>

#include "store/event_trail.h"

namespace postern::store {
namespace {

core::Event event_of(const Rows& row) {
  core::Event event;
  event.action = row.text(0);
  event.app = row.text(1);
  event.user = row.integer(2);
  event.username = row.text(3);
  event.client_ip = row.text(4);
  boost::json::error_code error;
  const boost::json::value context = boost::json::parse(row.text(5), error);
  if (!error && context.is_object()) event.context = context.get_object();
  event.created = row.integer(6);
  return event;
}

}  // namespace

void append_events(Connection& connection, std::string_view key,
                   std::span<const core::Event> events, LastLogins logins, TokenUses tokens) {
  connection.begin(Access::write);
  append_trail(connection, key, events);
  for (const auto& [user, when] : logins) {
    connection.execute(R"(update users set "last_login" = $2
                          where "pk" = $1 and ("last_login" is null or "last_login" < $2))",
                       {user, when});
  }
  for (const auto& [token, when] : tokens) {
    connection.execute(R"(update tokens set "last_used" = $2
                          where "pk" = $1 and ("last_used" is null or "last_used" < $2))",
                       {token, when});
  }
  connection.commit();
}

std::vector<core::Event> read_events(Connection& connection, std::size_t limit,
                                     std::string_view action) {
  const std::string select = R"(select "action", "app", "user_pk", "username", "client_ip",
                                "context", "created" from events)";
  const auto capped = static_cast<std::int64_t>(std::min<std::size_t>(limit, 1U << 30));
  const auto rows =
      action.empty()
          ? connection.query(select + R"( order by "pk" desc limit $1)", {capped})
          : connection.query(select + R"( where "action" = $2 order by "pk" desc limit $1)",
                             {capped, action});
  std::vector<core::Event> out;
  while (rows->next()) out.push_back(event_of(*rows));
  return out;
}

void save_throttle(Connection& connection, std::span<const core::Store::ThrottleRow> rows,
                   core::WallMs now) {
  connection.begin(Access::write);
  for (const auto& row : rows) {
    connection.execute(R"(insert into throttle ("key", "state", "expires") values ($1, $2, $3)
                          on conflict ("key") do update
                          set "state" = excluded."state", "expires" = excluded."expires")",
                       {row.key, row.state, row.expires});
  }
  connection.execute(R"(delete from throttle where "expires" <= $1)", {now});
  connection.commit();
}

std::vector<core::Store::ThrottleRow> load_throttle(Connection& connection, core::WallMs now) {
  const auto rows = connection.query(
      R"(select "key", "state", "expires" from throttle where "expires" > $1 order by "key")",
      {now});
  std::vector<core::Store::ThrottleRow> out;
  while (rows->next()) {
    out.push_back({std::string(rows->text(0)), std::string(rows->text(1)), rows->integer(2)});
  }
  return out;
}

}  // namespace postern::store
