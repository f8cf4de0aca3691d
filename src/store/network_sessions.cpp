#include "store/network_sessions.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/network/merge.h"

namespace postern::store {
namespace {

using core::AccountingRecord;
using core::NetworkSession;

// In the order of read() and of binds().
constexpr std::array<std::string_view, 36> kColumns{"provider",        "nas",
                                                    "session_id",      "multi_session_id",
                                                    "user_pk",         "username",
                                                    "outer_name",      "login_generation",
                                                    "login_at",        "login_credential",
                                                    "login_interim",   "login_account_password",
                                                    "client",          "nas_identifier",
                                                    "nas_address",     "nas_port",
                                                    "nas_port_type",   "nas_port_id",
                                                    "framed_address",  "framed_ipv6",
                                                    "calling_station", "called_station",
                                                    "started",         "interim",
                                                    "stopped",         "seen",
                                                    "start_seen",      "seconds",
                                                    "in_octets",       "out_octets",
                                                    "in_packets",      "out_packets",
                                                    "terminate_cause", "disconnect",
                                                    "disconnect_at",   "end_asked"};

std::optional<std::uint32_t> optional_number(const Rows& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<std::uint32_t>(row.integer(column));
}
Bind optional_bind(const std::optional<std::uint32_t>& number) {
  return number ? Bind(*number) : Bind(nullptr);
}

NetworkSession read(const Rows& row) {
  NetworkSession out;
  int at = 0;
  const auto number = [&] { return row.integer(at++); };
  const auto text = [&] { return std::string(row.text(at++)); };
  out.pk = number();
  out.provider = number();
  out.nas = text();
  out.session_id = text();
  out.multi_session_id = text();
  out.user = number();
  out.username = text();
  out.outer_name = text();
  out.login.generation = static_cast<std::uint64_t>(number());
  out.login.at = number();
  out.login.credential = static_cast<std::uint64_t>(number());
  out.login.interim = static_cast<std::uint32_t>(number());
  out.login.account_password = row.boolean(at++);
  if (out.login.at != 0) {
    out.login.provider = out.provider;
    out.login.user = out.user;
  }
  out.client = text();
  out.nas_identifier = text();
  out.nas_address = text();
  out.nas_port = optional_number(row, at++);
  out.nas_port_type = optional_number(row, at++);
  out.nas_port_id = text();
  out.framed_address = text();
  out.framed_ipv6 = text();
  out.calling_station = text();
  out.called_station = text();
  out.started = number();
  out.interim = number();
  out.stopped = number();
  out.seen = number();
  out.start_seen = row.boolean(at++);
  out.seconds = number();
  out.in_octets = number();
  out.out_octets = number();
  out.in_packets = number();
  out.out_packets = number();
  out.terminate_cause = static_cast<std::uint32_t>(number());
  out.disconnect = text();
  out.disconnect_at = number();
  out.end_asked = number();
  return out;
}

std::array<Bind, kColumns.size() + 1> binds(const NetworkSession& s) {
  return {Bind(s.provider),
          s.nas,
          s.session_id,
          s.multi_session_id,
          s.user,
          s.username,
          s.outer_name,
          static_cast<std::int64_t>(s.login.generation),
          s.login.at,
          static_cast<std::int64_t>(s.login.credential),
          s.login.interim,
          s.login.account_password,
          s.client,
          s.nas_identifier,
          s.nas_address,
          optional_bind(s.nas_port),
          optional_bind(s.nas_port_type),
          s.nas_port_id,
          s.framed_address,
          s.framed_ipv6,
          s.calling_station,
          s.called_station,
          s.started,
          s.interim,
          s.stopped,
          s.seen,
          s.start_seen,
          s.seconds,
          s.in_octets,
          s.out_octets,
          s.in_packets,
          s.out_packets,
          s.terminate_cause,
          s.disconnect,
          s.disconnect_at,
          s.end_asked,
          s.pk};
}

std::string quoted_name(std::string_view name) { return "\"" + std::string(name) + "\""; }

std::string select_text() {
  std::string out = "select \"pk\"";
  for (const std::string_view name : kColumns) out += ", " + quoted_name(name);
  return out + " from network_sessions";
}

std::string insert_text() {
  std::string names, places;
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    names += (i == 0 ? "" : ", ") + quoted_name(kColumns[i]);
    places += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  return "insert into network_sessions (" + names + ") values (" + places + ")";
}

std::string update_text() {
  std::string out = "update network_sessions set ";
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    out += (i == 0 ? "" : ", ") + quoted_name(kColumns[i]) + " = $" + std::to_string(i + 1);
  }
  return out + " where \"pk\" = $" + std::to_string(kColumns.size() + 1);
}

const std::string& select_sql() {
  static const std::string kText = select_text();
  return kText;
}
const std::string& newest_sql() {
  static const std::string kText =
      select_text() + R"( where "nas" = $1 and "session_id" = $2 order by "pk" desc limit 1)";
  return kText;
}
const std::string& live_at_nas_sql() {
  static const std::string kText = select_text() + R"( where "nas" = $1 and "stopped" = 0)";
  return kText;
}

void write(Connection& connection, const NetworkSession& session) {
  static const std::string kInsert = insert_text();
  static const std::string kUpdate = update_text();
  const auto values = binds(session);
  const std::span<const Bind> all(values);
  if (session.pk == 0) {
    connection.execute(kInsert, all.first(kColumns.size()));
  } else {
    connection.execute(kUpdate, all);
  }
}

std::vector<NetworkSession> all_of(Rows& rows) {
  std::vector<NetworkSession> out;
  while (rows.next()) out.push_back(read(rows));
  return out;
}

void record_one(Connection& connection, const AccountingRecord& record) {
  if (record.status == core::accounting::kOn || record.status == core::accounting::kOff) {
    for (NetworkSession& session :
         all_of(*connection.query(live_at_nas_sql(), {record.facts.nas}))) {
      if (core::close_by(record, session)) write(connection, session);
    }
    return;
  }
  const auto found =
      all_of(*connection.query(newest_sql(), {record.facts.nas, record.facts.session_id}));
  const core::Merged merged = core::merge(found.empty() ? nullptr : &found.front(), record);
  if (merged.closes) write(connection, *merged.closes);
  write(connection, merged.session);
}

}  // namespace

void NetworkSessions::record(std::span<const AccountingRecord> records) {
  const Database::Lease connection = database_.writer();
  connection->begin(Access::write);
  for (const AccountingRecord& record : records) record_one(*connection, record);
  connection->commit();
}

std::vector<NetworkSession> NetworkSessions::list(const core::NetworkSessionQuery& query) {
  const Database::Lease connection = database_.reader();
  static const std::string kText = select_text() + R"( where ($1 = 0 or "user_pk" = $1)
      and ($2 = '' or "username" = $2 or "outer_name" = $2)
      and ($3 = '' or "session_id" = $3)
      and ($4 = 0 or "stopped" = 0 or ($5 > 0 and "stopped" > $5))
      order by "pk" desc limit $6)";
  static const std::string kOfUser = select_text() + R"( where "user_pk" = $1
      and ($2 = '' or "username" = $2 or "outer_name" = $2)
      and ($3 = '' or "session_id" = $3)
      and ($4 = 0 or "stopped" = 0 or ($5 > 0 and "stopped" > $5))
      order by "pk" desc limit $6)";
  static const std::string kToEnd = select_text() + R"( where "end_asked" > 0 and "stopped" = 0
      order by "pk" desc limit $1)";
  if (query.to_end) return all_of(*connection->query(kToEnd, {query.limit}));
  return all_of(
      *connection->query(query.user != 0 ? kOfUser : kText,
                         {query.user, query.username, query.session_id, query.live_only ? 1 : 0,
                          query.or_ended_after, std::min<std::size_t>(query.limit, 1U << 30)}));
}

std::optional<NetworkSession> NetworkSessions::get(std::int64_t pk) {
  static const std::string kText = select_sql() + R"( where "pk" = $1)";
  const Database::Lease connection = database_.reader();
  const auto rows = connection->query(kText, {pk});
  if (!rows->next()) return std::nullopt;
  return read(*rows);
}

std::vector<core::UserId> NetworkSessions::live_users() {
  const Database::Lease connection = database_.reader();
  const auto rows = connection->query(R"(select distinct "user_pk" from network_sessions
      where "stopped" = 0 and "user_pk" > 0 order by "user_pk")");
  std::vector<core::UserId> out;
  while (rows->next()) out.push_back(rows->integer(0));
  return out;
}

bool NetworkSessions::ask_to_end(std::int64_t pk, core::WallMs now) {
  const Database::Lease connection = database_.writer();
  return connection->execute(R"(update network_sessions set "end_asked" = $2
      where "pk" = $1 and "stopped" = 0)",
                             {pk, now}) == 1;
}

bool NetworkSessions::claim_disconnect(std::int64_t pk, core::WallMs now, core::WallMs not_since) {
  const Database::Lease connection = database_.writer();
  return connection->execute(R"(update network_sessions set "disconnect" = 'asked',
      "disconnect_at" = $2 where "pk" = $1 and "stopped" = 0 and "disconnect_at" < $3)",
                             {pk, now, not_since}) == 1;
}

void NetworkSessions::note_disconnect(std::int64_t pk, std::string_view result, bool gone,
                                      core::WallMs now) {
  const Database::Lease connection = database_.writer();
  connection->execute(R"(update network_sessions set "disconnect" = $2, "disconnect_at" = $3,
      "stopped" = case when $4 = 1 and "stopped" = 0 then $3 else "stopped" end where "pk" = $1)",
                      {pk, result, now, gone ? 1 : 0});
}

std::size_t NetworkSessions::forget(core::WallMs before, std::size_t most) {
  const Database::Lease connection = database_.writer();
  return static_cast<std::size_t>(connection->execute(R"(delete from network_sessions where "pk" in
      (select "pk" from network_sessions where "seen" < $1 order by "seen" limit $2))",
                                                      {before, most}));
}

}  // namespace postern::store
