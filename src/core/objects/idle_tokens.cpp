#include "core/objects/idle_tokens.h"

#include "core/log.h"

namespace postern::core {
namespace {

constexpr std::size_t kBatch = 100;  // one short transaction each

// Since the list was made the token may have been used: asked again where nobody else writes.
bool still_idle(const Object& token, WallMs now) {
  const Value& used = token.at("last_used");
  const auto since = (used.is_null() ? token.at("created") : used).to_number<WallMs>();
  const auto days = token.at("idle_days").to_number<std::int64_t>();
  return days > 0 && since + days * 86'400'000 <= now;
}

std::size_t expire_batch(Store& store, const ObjectTools& tools, const std::vector<Uuid>& pks,
                         WallMs now) {
  const Model& model = token_model();
  const auto transaction = store.begin();
  Objects objects(*transaction, tools);
  std::size_t expired = 0;
  for (const Uuid& pk : pks) {
    const auto token = transaction->get(model, Value(pk));
    if (!token || !still_idle(*token, now)) continue;
    if (!objects.update(model, Value(pk), {{"expiring", true}, {"expires", now}})) continue;
    log::info("token.idle", {{"identifier", token->at("identifier").as_string()},
                             {"user", token->at("user").to_number<std::int64_t>()}});
    ++expired;
  }
  transaction->commit();
  return expired;
}

}  // namespace

std::size_t expire_idle_tokens(Store& store, const ObjectTools& tools) {
  const WallMs now = tools.clock.wall();
  std::size_t all = 0;
  for (;;) {
    const std::vector<Uuid> pks = store.idle_tokens(now, kBatch);
    if (pks.empty()) return all;
    const std::size_t expired = expire_batch(store, tools, pks, now);
    all += expired;
    if (expired == 0) return all;
  }
}

}  // namespace postern::core
