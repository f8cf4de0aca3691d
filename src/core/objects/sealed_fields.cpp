#include "core/objects/sealed_fields.h"

#include <string>

#include "core/hex.h"

namespace postern::core {
namespace {

constexpr std::string_view kPrefix = "sealed_";

std::string place_of(std::string_view pk, std::string_view name) {
  return "stage:" + std::string(pk) + ":" + std::string(name);
}

}  // namespace

void seal_secrets(const Model& model, const HookContext& context, Object& fields) {
  for (const Field& field : model.fields) {
    if (!field.name.starts_with(kPrefix)) continue;
    const std::string_view name = field.name.substr(kPrefix.size());
    const auto* given = fields.if_contains(name);
    if (given == nullptr) continue;
    const Secret secret(given->is_string() ? std::string_view(given->get_string())
                                           : std::string_view());
    fields.erase(name);
    const Object& keyed = context.stored == nullptr ? fields : *context.stored;
    if (secret.empty()) {
      fields[field.name] = "";
      continue;
    }
    if (context.stored != nullptr) {
      const auto old = open_secret(context.tools.sealer, *context.stored, name);
      if (old && old->equal(secret.reveal())) continue;
    }
    fields[field.name] = to_hex(
        context.tools.sealer.seal(secret.reveal(), place_of(keyed.at("pk").as_string(), name)));
  }
}

std::optional<Secret> open_secret(const Sealer& sealer, const Object& stored,
                                  std::string_view name) {
  const auto* sealed = stored.if_contains(std::string(kPrefix) + std::string(name));
  const auto* pk = stored.if_contains("pk");
  if (sealed == nullptr || !sealed->is_string() || pk == nullptr || !pk->is_string()) {
    return std::nullopt;
  }
  const auto octets = from_hex(sealed->get_string());
  if (!octets || octets->empty()) return std::nullopt;
  return sealer.unseal(*octets, place_of(pk->get_string(), name));
}

}  // namespace postern::core
