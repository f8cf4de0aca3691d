#include "http/api/objects_in_one.h"

#include "core/hex.h"

namespace postern::http {
namespace {

std::string context_of(std::string_view pk) { return "token key:" + std::string(pk); }

}  // namespace

core::Outcome<core::Written> in_one(
    Context& context,
    const std::function<core::Outcome<core::Written>(core::Transaction&, core::Objects&)>& work) {
  std::int64_t change = 0;
  const auto transaction = context.services.store.begin();
  core::Objects objects(*transaction, context.services.tools);
  auto done = work(*transaction, objects);
  if (!done) return done;
  change = transaction->commit();
  if (change > 0) context.services.visible(change);
  return done;
}

void keep_key(const Context& context, core::Transaction& transaction, const core::Written& token) {
  if (!token.generated) return;
  const std::string pk(token.pk.as_string());
  const std::string sealed =
      context.services.tools.sealer.seal(token.generated->reveal(), context_of(pk));
  transaction.update(core::token_model(), token.pk, {{"sealed_key", core::to_hex(sealed)}});
}

std::optional<core::Secret> kept_key(const Context& context, const core::Object& token) {
  const core::Value& sealed = token.at("sealed_key");
  if (!sealed.is_string()) return std::nullopt;
  const auto octets = core::from_hex(sealed.get_string());
  if (!octets) return std::nullopt;
  return context.services.tools.sealer.unseal(*octets, context_of(token.at("pk").as_string()));
}

}  // namespace postern::http
