#include "store/outbox.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

#include "core/hex.h"

namespace postern::store {
namespace {

constexpr std::string_view kPut =
    R"(insert into outbox ("kind", "sealed", "tries", "created", "due", "expires")
       select $1, $2, 0, $3, $3, $4 where (select count(*) from outbox) < $5)";

bool put_in(Connection& connection, const core::OutboxItem& item) {
  return connection.execute(kPut, {item.kind, core::to_hex(item.sealed), item.created, item.expires,
                                   core::Outbox::kMostWaiting}) == 1;
}

core::Event read_event(const Rows& row) {
  core::Event event;
  event.action = row.text(1);
  event.app = row.text(2);
  event.user = row.integer(3);
  event.username = row.text(4);
  event.client_ip = row.text(5);
  boost::json::error_code error;
  boost::json::value context = boost::json::parse(row.text(6), error);
  if (!error && context.is_object()) event.context = std::move(context.get_object());
  event.created = row.integer(7);
  return event;
}

// As one JSON list: the number of actions is not part of the statement's text.
std::string list_text(std::span<const std::string> texts) {
  boost::json::array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return boost::json::serialize(list);
}

}  // namespace

bool Outbox::put(const core::OutboxItem& item) { return put_in(*database_.writer(), item); }

std::vector<core::OutboxItem> Outbox::claim(std::string_view kind, core::WallMs now,
                                            core::WallMs until, std::size_t most) {
  const Database::Lease connection = database_.writer();
  const auto rows = connection->query(
      R"(update outbox set "due" = $3, "tries" = "tries" + 1 where "pk" in
           (select "pk" from outbox where "kind" = $1 and "due" <= $2 order by "due", "pk" limit $4)
         returning "pk", "sealed", "tries", "created", "expires")",
      {kind, now, until, most});
  std::vector<core::OutboxItem> out;
  while (rows->next()) {
    core::OutboxItem item;
    item.pk = rows->integer(0);
    item.kind = kind;
    item.sealed = core::from_hex(rows->text(1)).value_or(std::string());
    item.tries = static_cast<int>(rows->integer(2));
    item.created = rows->integer(3);
    item.expires = rows->integer(4);
    out.push_back(std::move(item));
  }
  std::ranges::sort(out, {}, &core::OutboxItem::pk);
  return out;
}

std::optional<core::WallMs> Outbox::next_due(std::string_view kind) {
  const Database::Lease connection = database_.reader();
  const auto rows = connection->query(R"(select min("due") from outbox where "kind" = $1)", {kind});
  if (!rows->next() || rows->is_null(0)) return std::nullopt;
  return rows->integer(0);
}

void Outbox::put_off(std::int64_t pk, core::WallMs due, int tries) {
  database_.writer()->execute(R"(update outbox set "due" = $2, "tries" = $3 where "pk" = $1)",
                              {pk, due, tries});
}

void Outbox::remove(std::int64_t pk) {
  database_.writer()->execute(R"(delete from outbox where "pk" = $1)", {pk});
}

Outbox::Mark Outbox::events_mark() {
  const Database::Lease connection = database_.reader();
  const auto rows = connection->query(
      R"(select "pk", (select coalesce(max("pk"), 0) from events) from event_marks
         where "name" = 'rules')");
  Mark mark;
  if (rows->next()) mark = {rows->integer(0), rows->integer(1)};
  return mark;
}

std::vector<core::StoredEvent> Outbox::events_between(std::int64_t after, std::int64_t last,
                                                      std::span<const std::string> actions,
                                                      std::size_t most) {
  const Database::Lease connection = database_.reader();
  const std::string select =
      R"(select "pk", "action", "app", "user_pk", "username", "client_ip", "context", "created"
         from events where "pk" > $1 and "pk" <= $2)";
  const std::string wanted = list_text(actions);
  // An action is a word, quoted in the list; its '_' fits any character, so that the rules, which
  // look again, may get one too many.
  const auto rows =
      actions.empty()
          ? connection->query(select + R"( order by "pk" limit $3)", {after, last, most})
          : connection->query(select + R"( and $4 like '%"' || "action" || '"%'
                                           order by "pk" limit $3)",
                              {after, last, most, wanted});
  std::vector<core::StoredEvent> out;
  while (rows->next()) out.push_back({rows->integer(0), read_event(*rows)});
  return out;
}

bool Outbox::settle(std::int64_t from, std::int64_t to,
                    std::span<const core::NewNotification> notes,
                    std::span<const core::OutboxItem> items) {
  const Database::Lease connection = database_.writer();
  connection->begin(Access::write);
  const bool ours = connection->execute(
                        R"(update event_marks set "pk" = $2 where "name" = 'rules' and "pk" = $1)",
                        {from, to}) == 1;
  if (!ours) return false;
  for (const core::NewNotification& note : notes) {
    // Whoever was erased meanwhile is told nothing.
    connection->execute(
        R"(insert into notifications ("pk", "user", "severity", "body", "event", "created", "seen")
           select $1, "pk", $3, $4, $5, $6, $7 from users where "pk" = $2)",
        {note.pk, note.user, note.severity, note.body, note.event, note.created, false});
  }
  for (const core::OutboxItem& item : items) put_in(*connection, item);
  connection->commit();
  return true;
}

}  // namespace postern::store
