#include "store/reseal.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

#include "core/hex.h"
#include "core/log.h"
#include "core/ports/store.h"
#include "store/database_file.h"
#include "store/schema.h"
#include "store/sqlite_database.h"

namespace postern::store {
namespace {

constexpr std::string_view kMarkName = "sealing_mark";
constexpr std::string_view kSubkeysName = "sealing_subkeys";
constexpr std::string_view kBehind = "sealed:";  // what stands before a blob among other texts

std::string as_identifier(std::string_view name) { return "\"" + std::string(name) + "\""; }

void put_meta(Connection& connection, std::string_view name, std::string_view value) {
  connection.execute(R"(insert into meta ("key", "value") values ($1, $2)
                        on conflict ("key") do update set "value" = excluded."value")",
                     {name, value});
}

std::string get_meta(Connection& connection, std::string_view name) {
  const auto rows = connection.query(R"(select "value" from meta where "key" = $1)", {name});
  return rows->next() ? std::string(rows->text(0)) : std::string();
}

std::vector<std::string> text_column(Connection& connection, std::string_view sql,
                                     std::initializer_list<Bind> binds = {}) {
  std::vector<std::string> out;
  const auto rows = connection.query(sql, binds);
  while (rows->next()) out.emplace_back(rows->text(0));
  return out;
}

class Walk {
 public:
  Walk(Connection& connection, std::string_view mark, const Reseal& reseal)
      : connection_(connection), mark_(mark), reseal_(reseal) {}

  void whole() {
    for (const std::string& table :
         text_column(connection_,
                     "select name from sqlite_schema where type = 'table' and "
                     "name not like 'sqlite_%'")) {
      const auto columns =
          text_column(connection_, "select name from pragma_table_info($1)", {table});
      const bool keyed = std::find(columns.begin(), columns.end(), "pk") != columns.end();
      for (const std::string& column : columns) one_column(table, column, keyed);
    }
  }
  ResealReport report;

 private:
  struct Found {
    std::int64_t row;
    std::string pk, text;
  };

  void one_column(const std::string& table, const std::string& column, bool keyed) {
    std::vector<Found> found;
    {
      const auto rows =
          connection_.query("select rowid, " + (keyed ? as_identifier("pk") : "''") + ", " +
                                as_identifier(column) + " from " + as_identifier(table) +
                                " where instr(" + as_identifier(column) + ", $1) > 0",
                            {mark_});
      while (rows->next()) {
        found.push_back({rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2))});
      }
    }
    for (const Found& one : found) {
      const std::string fresh = replaced(table, column, one);
      if (fresh == one.text) continue;
      connection_.execute("update " + as_identifier(table) + " set " + as_identifier(column) +
                              " = $1 where rowid = $2",
                          {fresh, one.row});
    }
  }

  std::string replaced(const std::string& table, const std::string& column, const Found& one) {
    core::SealedPlace place{table, one.pk, column};
    if (!one.text.starts_with('{') && !one.text.starts_with('[')) return text(place, one.text);
    boost::json::error_code error;
    boost::json::value json = boost::json::parse(one.text, error);
    if (error) return one.text;
    descend(place, json);
    return boost::json::serialize(json);
  }

  void descend(core::SealedPlace place, boost::json::value& value) {
    if (value.is_string()) {
      value = text(place, std::string(value.get_string()));
    } else if (value.is_array()) {
      for (auto& item : value.get_array()) descend(place, item);
    } else if (value.is_object()) {
      for (auto& item : value.get_object()) {
        place.field = item.key();
        descend(place, item.value());
      }
    }
  }

  // A text that only speaks of the mark is no blob.
  std::string text(const core::SealedPlace& place, const std::string& value) {
    const std::string before(value.starts_with(kBehind) ? kBehind : std::string_view());
    const auto blob = value.compare(before.size(), mark_.size(), mark_) == 0
                          ? core::from_hex(std::string_view(value).substr(before.size()))
                          : std::nullopt;
    if (!blob) return value;
    const auto fresh = reseal_(place, *blob);
    if (!fresh) {
      report.unopened.push_back(std::string(place.table) + "." + std::string(place.field) + " of " +
                                std::string(place.pk));
      return value;
    }
    ++report.resealed;
    return fresh->empty() ? std::string() : before + core::to_hex(*fresh);
  }

  Connection& connection_;
  const std::string mark_;
  const Reseal& reseal_;
};

bool has_meta(Connection& connection) {
  const auto rows = connection.query("select count(*) from sqlite_schema where name = 'meta'", {});
  return rows->next() && rows->integer(0) != 0;
}

// What was replaced would else lie in the file until its page is needed.
void forget_free_pages(Connection& connection) {
  try {
    connection.script("vacuum; pragma wal_checkpoint(truncate)");
  } catch (const core::StoreError& error) {
    log::warning("store.vacuum_failed", {{"why", error.what()}});
  }
}

}  // namespace

SealingState sealing_state(std::string_view url) {
  const auto file = database_file(url, {});
  if (!std::filesystem::exists(file)) return {};
  const auto database = open_sqlite(file, {.readers = 1});
  const auto connection = database->reader();
  if (!has_meta(*connection)) return {};
  return {get_meta(*connection, kMarkName), get_meta(*connection, kSubkeysName)};
}

void note_sealing_mark(std::string_view url, std::string_view mark) {
  const auto database = open_sqlite(database_file(url, {}), {.readers = 1});
  if (get_meta(*database->reader(), kMarkName) == mark) return;
  put_meta(*database->writer(), kMarkName, mark);
}

ResealReport reseal_database(std::string_view url, std::string_view old_mark,
                             const SealingState& next, const Reseal& reseal, bool leave_unopened) {
  const auto database = open_sqlite(database_file(url, {}), {.readers = 1});
  const auto connection = database->writer();
  connection->begin(Access::write);
  if (!has_meta(*connection)) {
    throw core::StoreError(core::StoreError::Kind::schema, "this is no database of postern");
  }
  put_meta(*connection, kSubkeysName, next.subkeys);
  put_meta(*connection, kMarkName, next.mark);
  Walk walk(*connection, old_mark, reseal);
  walk.whole();
  if (!walk.report.unopened.empty() && !leave_unopened) return walk.report;
  renew_epoch(*connection);
  connection->commit();
  walk.report.committed = true;
  forget_free_pages(*connection);
  return walk.report;
}

}  // namespace postern::store
