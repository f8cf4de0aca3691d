#include "store/single_use.h"

namespace postern::store {
namespace {

constexpr core::WallMs kDay = 24LL * 60 * 60 * 1000;

}  // namespace

bool consume_totp_step(Connection& connection, const core::Uuid& device, std::int64_t step) {
  return connection.execute(R"(update totp_devices set "last_step" = $2
                               where "pk" = $1 and "last_step" < $2)",
                            {device, step}) == 1;
}

bool consume_static_code(Connection& connection, const core::Uuid& code, core::WallMs now) {
  return connection.execute(R"(update static_tokens set "used" = $2
                               where "pk" = $1 and "used" is null)",
                            {code, now}) == 1;
}

// Only the intents that no Directory holds: an app password goes by a transaction, which feeds.
bool consume_token(Connection& connection, const core::Uuid& token) {
  return connection.execute(R"(delete from tokens where "pk" = $1
                               and "intent" in ('recovery', 'verification'))",
                            {token}) == 1;
}

void note_device_use(Connection& connection, const core::Uuid& device, core::WallMs now) {
  for (const char* statement : {R"(update totp_devices set "last_used" = $2 where "pk" = $1)",
                                R"(update static_devices set "last_used" = $2 where "pk" = $1)",
                                R"(update mfa_devices set "last_used" = $2 where "pk" = $1)"}) {
    if (connection.execute(statement, {device, now}) != 0) return;
  }
}

bool advance_sign_count(Connection& connection, const core::Uuid& device, std::int64_t counter,
                        core::WallMs now) {
  return connection.execute(R"(update mfa_devices set "sign_count" = $2, "last_used" = $3
                               where "pk" = $1 and ("sign_count" < $2
                                                    or ("sign_count" = 0 and $2 = 0)))",
                            {device, counter, now}) == 1;
}

std::vector<core::Uuid> idle_tokens(Connection& connection, core::WallMs now, std::size_t limit) {
  const auto rows = connection.query(
      R"(select "pk" from tokens where "intent" = 'app_password' and "idle_days" > 0
         and coalesce("last_used", "created") + "idle_days" * 86400000 <= $1
         and (not "expiring" or "expires" is null or "expires" > $1)
         order by "pk" limit $2)",
      {now, static_cast<std::int64_t>(limit)});
  std::vector<core::Uuid> out;
  while (rows->next()) out.emplace_back(rows->text(0));
  return out;
}

bool reserve_code_guess(Connection& connection, const core::Uuid& device, core::WallMs now,
                        const GuessLimits& limits) {
  connection.begin(Access::write);
  connection.execute(R"(delete from code_guesses where "device" = $1 and "at" <= $2)",
                     {device, now - kDay});
  const bool reserved =
      connection.execute(
          R"(insert into code_guesses ("device", "at") select $1, $2
             where (select count(*) from code_guesses where "device" = $1 and "at" > $3) < $4
               and (select count(*) from code_guesses where "device" = $1) < $5)",
          {device, now, now - limits.window_ms, limits.per_window, limits.per_day}) == 1;
  connection.commit();
  return reserved;
}

std::optional<std::uint32_t> use_grace_login(Connection& connection, core::UserId user,
                                             int allowed) {
  const auto rows = connection.query(
      R"(update users set "password_grace_used" = "password_grace_used" + 1
         where "pk" = $1 and "password_grace_used" < $2 returning "password_grace_used")",
      {user, allowed});
  if (!rows->next()) return std::nullopt;
  return static_cast<std::uint32_t>(allowed - rows->integer(0));
}

void refund_code_guess(Connection& connection, const core::Uuid& device) {
  connection.execute(R"(delete from code_guesses where "pk" =
                        (select max("pk") from code_guesses where "device" = $1))",
                     {device});
}

}  // namespace postern::store
