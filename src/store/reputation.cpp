#include "store/reputation.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <string>

#include "core/credentials/digest.h"
#include "core/hex.h"

namespace postern::store {
namespace {

constexpr core::WallMs kKept = 24LL * 3600 * 1000;

struct Limits {
  std::int64_t lower = -5, upper = 5;
};

Limits limits_of(Connection& connection) {
  Limits out;
  const auto rows = connection.query(R"(select "settings" from system_settings limit 1)", {});
  if (!rows->next()) return out;
  boost::json::error_code error;
  const boost::json::value settings = boost::json::parse(rows->text(0), error);
  if (error || !settings.is_object()) return out;
  const auto take = [&](const char* name, std::int64_t& into) {
    const auto* value = settings.get_object().if_contains(name);
    if (value != nullptr && value->is_int64()) into = value->get_int64();
  };
  take("reputation_lower_limit", out.lower);
  take("reputation_upper_limit", out.upper);
  out.upper = std::max(out.lower, out.upper);
  return out;
}

// Always the same for a name and an address: in the form of a UUID of version 8.
std::string key_of(const core::ReputationChange& change) {
  std::string text = core::to_hex(core::as_text(
      core::sha256(std::to_string(change.identifier.size()) + change.identifier + change.ip)));
  text.resize(32);
  text[12] = '8';
  text[16] = 'a';
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

}  // namespace

void add_reputation(Connection& connection, std::span<const core::ReputationChange> changes,
                    core::WallMs now) {
  connection.begin(Access::write);
  const Limits limits = limits_of(connection);
  connection.execute(R"(delete from reputation where "expires" <= $1)", {now});
  for (const core::ReputationChange& change : changes) {
    std::int64_t score = change.delta;
    {
      const auto rows = connection.query(
          R"(select "score" from reputation where "identifier" = $1 and "ip" = $2)",
          {change.identifier, change.ip});
      if (rows->next()) score += rows->integer(0);
    }
    score = std::clamp(score, limits.lower, limits.upper);
    connection.execute(
        R"(insert into reputation ("pk", "identifier", "ip", "score", "updated", "expires")
           values ($1, $2, $3, $4, $5, $6)
           on conflict ("identifier", "ip") do update set "score" = excluded."score",
           "updated" = excluded."updated", "expires" = excluded."expires")",
        {key_of(change), change.identifier, change.ip, score, now, now + kKept});
  }
  connection.commit();
}

}  // namespace postern::store
