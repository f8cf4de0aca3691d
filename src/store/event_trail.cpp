#include "store/event_trail.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string>

#include "core/credentials/digest.h"
#include "core/hex.h"

namespace postern::store {
namespace {

constexpr std::size_t kPage = 1000;

// What a peer sent may hold a NUL, which no text column takes.
std::string printable(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '\0', ' ');
  return out;
}

struct Row {
  std::string action, app, username, client_ip, context;
  std::int64_t user = 0, created = 0;
};

// Lengths go along, so that text cannot move from one field to the next.
std::string seal_of(std::string_view key, std::string_view before, const Row& row) {
  std::string text(before);
  const auto add = [&text](std::string_view part) {
    text += '|';
    text += std::to_string(part.size());
    text += ':';
    text += part;
  };
  add(row.action);
  add(row.app);
  add(std::to_string(row.user));
  add(row.username);
  add(row.client_ip);
  add(row.context);
  add(std::to_string(row.created));
  return core::to_hex(core::hmac(core::DigestKind::sha256, key, text));
}

struct Mark {
  std::int64_t pk = 0;
  std::string seal;
};

Mark read_mark(Connection& connection, std::string_view name) {
  const auto rows =
      connection.query(R"(select "pk", "seal" from event_chain where "name" = $1)", {name});
  if (!rows->next()) return {};
  return {rows->integer(0), std::string(rows->text(1))};
}

void write_mark(Connection& connection, std::string_view name, const Mark& mark) {
  connection.execute(R"(insert into event_chain ("name", "pk", "seal") values ($1, $2, $3)
                        on conflict ("name") do update
                        set "pk" = excluded."pk", "seal" = excluded."seal")",
                     {name, mark.pk, mark.seal});
}

}  // namespace

void append_trail(Connection& connection, std::string_view key,
                  std::span<const core::Event> events) {
  if (events.empty()) return;
  Mark head = read_mark(connection, "head");
  for (const core::Event& event : events) {
    const Row row{printable(event.action),
                  printable(event.app),
                  printable(event.username),
                  printable(event.client_ip),
                  boost::json::serialize(event.context),
                  event.user,
                  event.created};
    head.seal = seal_of(key, head.seal, row);
    connection.execute(
        R"(insert into events ("action", "app", "user_pk", "username", "client_ip",
                          "context", "created", "seal") values ($1, $2, $3, $4, $5, $6, $7, $8))",
        {row.action, row.app, row.user, row.username, row.client_ip, row.context, row.created,
         head.seal});
  }
  const auto last = connection.query(R"(select max("pk") from events)", {});
  if (last->next()) head.pk = last->integer(0);
  write_mark(connection, "head", head);
}

core::TrailReport verify_trail(Connection& connection, std::string_view key) {
  core::TrailReport report;
  const Mark head = read_mark(connection, "head"), cut = read_mark(connection, "cut");
  report.head = head.seal;
  std::string before = cut.seal;
  std::int64_t at = 0;
  for (bool more = true; more;) {
    const auto rows = connection.query(
        R"(select "pk", "action", "app", "user_pk", "username", "client_ip", "context", "created",
           "seal" from events where "pk" > $1 order by "pk" limit $2)",
        {at, static_cast<std::int64_t>(kPage)});
    more = false;
    while (rows->next()) {
      more = true;
      at = rows->integer(0);
      const std::string seal(rows->text(8));
      if (seal.empty() && report.sealed == 0 && before.empty()) {
        ++report.unsealed;
        continue;
      }
      const Row row{std::string(rows->text(1)),
                    std::string(rows->text(2)),
                    std::string(rows->text(4)),
                    std::string(rows->text(5)),
                    std::string(rows->text(6)),
                    rows->integer(3),
                    rows->integer(7)};
      if (seal != seal_of(key, before, row)) {
        report.broken = at;
        return report;
      }
      before = seal;
      ++report.sealed;
    }
  }
  if (before != head.seal) report.broken = head.pk;
  return report;
}

std::size_t prune_trail(Connection& connection, core::WallMs before, std::size_t limit) {
  connection.begin(Access::write);
  Mark cut;
  std::int64_t gone = 0;
  {
    // Only from the beginning on: a row whose clock was ahead keeps those behind it.
    const auto rows = connection.query(
        R"(select "pk", "seal" from events where "pk" < coalesce(
             (select min("pk") from events where "created" >= $1), 9223372036854775807)
           order by "pk" limit $2)",
        {before, static_cast<std::int64_t>(limit)});
    while (rows->next()) {
      cut = {rows->integer(0), std::string(rows->text(1))};
      ++gone;
    }
  }
  if (gone != 0) {
    connection.execute(R"(delete from events where "pk" <= $1)", {cut.pk});
    connection.execute(R"(delete from notifications where "event" <= $1)", {cut.pk});
    if (!cut.seal.empty()) write_mark(connection, "cut", cut);
  }
  connection.commit();
  return static_cast<std::size_t>(gone);
}

std::vector<core::Store::ServiceUse> logins_by_service(Connection& connection) {
  const auto rows = connection.query(
      R"(select "service", sum("times"), count(distinct "user_pk") from
           (select cast("context" ->> 'service' as bigint) as "service",
                   coalesce(cast("context" ->> 'count' as bigint), 1) as "times", "user_pk"
            from events where "action" = 'login') as logins
         where "service" > 0 group by "service" order by 2 desc, "service")");
  std::vector<core::Store::ServiceUse> out;
  while (rows->next()) out.push_back({rows->integer(0), rows->integer(1), rows->integer(2)});
  return out;
}

}  // namespace postern::store
