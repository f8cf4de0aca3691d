#include "core/credentials/lease_terms.h"

#include <boost/json/object.hpp>

#include "core/model/time_text.h"

namespace postern::core {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLeastIdle = std::chrono::seconds(10);
constexpr milliseconds kMost = std::chrono::hours(24 * 30);

std::optional<milliseconds> duration(const boost::json::object& map, std::string_view name) {
  const boost::json::value* value = map.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const auto parsed = parse_duration(value->get_string());
  return parsed ? std::optional(milliseconds(*parsed)) : std::nullopt;
}

}  // namespace

std::optional<LeaseTerms> parse_lease_terms(const boost::json::value& value) {
  const boost::json::object* map = value.if_object();
  if (map == nullptr || map->size() != 2) return std::nullopt;
  const auto idle = duration(*map, "idle");
  const auto most = duration(*map, "max");
  if (!idle || !most || *idle < kLeastIdle || *most < *idle || *most > kMost) return std::nullopt;
  return LeaseTerms{*idle, *most};
}

}  // namespace postern::core
