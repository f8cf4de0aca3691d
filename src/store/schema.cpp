#include "store/schema.h"

#include <charconv>
#include <random>

#include "core/ports/store.h"

namespace postern::store {
namespace {

using core::StoreError;

constexpr std::string_view kReadMeta = R"(select "value" from meta where "key" = $1)";
constexpr std::string_view kWriteMeta =
    R"(insert into meta ("key", "value") values ($1, $2)
       on conflict ("key") do update set "value" = excluded."value")";

// Not a secret: only has to differ from every other database's.
std::string new_epoch() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device source;
  std::string epoch;
  for (int word = 0; word < 4; ++word) {
    unsigned bits = source();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4) epoch.push_back(kDigits[bits & 15U]);
  }
  return epoch;
}

std::string for_back_end(std::string_view sql, const Database& database) {
  constexpr std::string_view kSerial = "@serial@";
  std::string out(sql);
  for (auto at = out.find(kSerial); at != std::string::npos; at = out.find(kSerial, at)) {
    out.replace(at, kSerial.size(), database.serial_key());
  }
  return out;
}

}  // namespace

int schema_version(Connection& connection) {
  const auto rows = connection.query(kReadMeta, {"schema_version"});
  if (!rows->next()) return 0;
  const std::string_view text = rows->text(0);
  int version = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || end != text.data() + text.size() || version < 0) {
    throw StoreError(StoreError::Kind::schema, "the database's schema version is not a number");
  }
  return version;
}

void renew_epoch(Connection& connection) { connection.execute(kWriteMeta, {"epoch", new_epoch()}); }

std::string read_meta(Connection& connection, std::string_view key) {
  const auto rows = connection.query(kReadMeta, {key});
  if (!rows->next()) {
    throw StoreError(StoreError::Kind::schema,
                     "the database lacks its " + std::string(key) + "; it is not whole");
  }
  return std::string(rows->text(0));
}

void migrate(Database& database, std::span<const Migration> steps) {
  const Database::Lease connection = database.writer();
  connection->begin(Access::write);
  connection->execute(
      R"(create table if not exists meta ("key" text not null primary key, "value" text not null))");
  const int version = schema_version(*connection);
  const int newest = steps.empty() ? 0 : steps.back().version;
  if (version > newest) {
    throw StoreError(StoreError::Kind::schema,
                     "the database has schema " + std::to_string(version) +
                         ", made by a newer version of postern; this one knows schemas up to " +
                         std::to_string(newest) + ". Start the newer version or restore a backup");
  }
  for (const Migration& step : steps) {
    if (step.version > version) connection->script(for_back_end(step.sql, database));
  }
  if (version == 0) renew_epoch(*connection);
  if (version < newest) connection->execute(kWriteMeta, {"schema_version", std::to_string(newest)});
  connection->commit();
}

}  // namespace postern::store
