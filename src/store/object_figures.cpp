// The counting half of ObjectTable: how many rows a listing has, as a whole, by value and time.

#include <boost/json/serialize.hpp>

#include <map>
#include <set>
#include <utility>

#include "store/object_table.h"

namespace postern::store {
namespace {

using core::Object;
using core::StoreError;

std::string in_quotes(std::string_view name) { return '"' + std::string(name) + '"'; }

std::vector<Bind> bound(const std::vector<Stored>& values) {
  std::vector<Bind> out;
  for (const Stored& value : values) out.push_back(value.bind());
  return out;
}

}  // namespace

// Whose values tell rows apart and are no secret.
const core::Field& ObjectTable::counted_field(std::string_view name) const {
  const core::Field& field = stored_field(name);
  const bool plain = field.home == core::Home::column && (field.flags & core::kSecret) == 0;
  if (plain) return field;
  throw StoreError(StoreError::Kind::other,
                   std::string(model_.name) + " cannot be counted by " + std::string(name));
}

std::int64_t ObjectTable::count(Connection& connection, const core::ListQuery& query) const {
  const Condition wanted = condition(query);
  if (wanted.impossible) return 0;
  std::int64_t total = 0;
  if (!wanted.rest.empty()) {
    each(connection, wanted, "", Links::with, [&](Object&&) { return ++total > 0; });
    return total;
  }
  const auto rows = connection.query(
      "select count(*) from " + in_quotes(model_.table) + wanted.where, bound(wanted.values));
  return rows->next() ? rows->integer(0) : 0;
}

std::vector<core::Store::SpanCount> ObjectTable::count_by_span(Connection& connection,
                                                               const core::ListQuery& query,
                                                               std::string_view field,
                                                               std::string_view time,
                                                               core::WallMs span) const {
  counted_field(field);
  counted_field(time);
  Condition wanted = condition(query);
  std::vector<core::Store::SpanCount> out;
  if (wanted.impossible || span <= 0) return out;
  if (!wanted.rest.empty()) {
    std::map<std::pair<core::WallMs, std::string>, std::int64_t> counts;
    each(connection, wanted, "", Links::with, [&](Object&& object) {
      const core::WallMs at = object.at(time).as_int64();
      return ++counts[{at - at % span, std::string(object.at(field).as_string())}] > 0;
    });
    for (const auto& [key, count] : counts) out.push_back({key.first, key.second, count});
    return out;
  }
  const std::string at = in_quotes(time), by = in_quotes(field);
  wanted.values.push_back({span});
  const std::string begin =
      at + " - " + at + " % $" + std::to_string(wanted.values.size()) + " as span_begin";
  const auto rows = connection.query(
      "select " + begin + ", " + by + ", count(*) from " + in_quotes(model_.table) + wanted.where +
          " group by span_begin, " + by + " order by span_begin, " + by,
      bound(wanted.values));
  while (rows->next())
    out.push_back({rows->integer(0), std::string(rows->text(1)), rows->integer(2)});
  return out;
}

std::int64_t ObjectTable::count_different(Connection& connection, const core::ListQuery& query,
                                          std::string_view field) const {
  counted_field(field);
  const Condition wanted = condition(query);
  if (wanted.impossible) return 0;
  if (!wanted.rest.empty()) {
    std::set<std::string> seen;
    each(connection, wanted, "", Links::with, [&](Object&& object) {
      seen.insert(boost::json::serialize(object.at(field)));
      return true;
    });
    return static_cast<std::int64_t>(seen.size());
  }
  const auto rows = connection.query("select count(distinct " + in_quotes(field) + ") from " +
                                         in_quotes(model_.table) + wanted.where,
                                     bound(wanted.values));
  return rows->next() ? rows->integer(0) : 0;
}

}  // namespace postern::store
