#include "core/credentials/reseal.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include "core/access/compile_radius_provider.h"
#include "core/access/radsec_settings.h"
#include "core/credentials/digest.h"
#include "core/hex.h"

namespace postern::core {
namespace {

constexpr std::string_view kSubkeysContext = "kept subkeys";
constexpr std::string_view kSealedField = "sealed_";
constexpr std::array<std::string_view, 5> kLasting{
    "static-code", "event trail", "user uid", "radius-chargeable-user", "blueprint fingerprint"};

// In the words of those who seal there.
std::vector<std::string> contexts_of(const SealedPlace& place) {
  const std::string pk(place.pk);
  if (place.table == "totp_devices") return {"totp:" + pk};
  if (place.table == "tokens") {
    return {"network-password:" + pk, "token key:" + pk, "mailed plan:" + pk};
  }
  if (place.table == "certificates") return {"certificate-key:" + pk};
  const bool by_field = place.table == "stages" || place.table == "notification_transports";
  if (by_field && place.field.starts_with(kSealedField)) {
    return {"stage:" + pk + ":" + std::string(place.field.substr(kSealedField.size()))};
  }
  if (place.table == "providers") {
    return {std::string(kSharedSecretContext), std::string(kRadsecKeyContext)};
  }
  if (place.table == "outbox") return {"outbox:mail", "outbox:notice"};
  if (place.table == "meta") return {std::string(kSubkeysContext)};
  return {};
}

}  // namespace

std::optional<std::string> reseal(const Sealer& from, const Sealer& to, const SealedPlace& place,
                                  std::string_view blob) {
  // Its context is a secret that the browser alone has.
  if (place.table == "web_sessions" && place.field == "plan") return std::string();
  for (const std::string& context : contexts_of(place)) {
    if (const auto plain = from.unseal(blob, context)) return to.seal(plain->reveal(), context);
  }
  return std::nullopt;
}

KeptSubkeys kept_subkeys(const Sealer& from) {
  KeptSubkeys kept;
  for (const std::string_view label : kLasting) kept.emplace(label, from.derive(label));
  return kept;
}

std::string pack_subkeys(const KeptSubkeys& kept, const Sealer& to) {
  boost::json::object out;
  for (const auto& [label, key] : kept) out[label] = to_hex(as_text(key));
  return to_hex(to.seal(boost::json::serialize(out), kSubkeysContext));
}

std::optional<KeptSubkeys> unpack_subkeys(std::string_view hex, const Sealer& from) {
  const auto blob = from_hex(hex);
  const auto text = blob ? from.unseal(*blob, kSubkeysContext) : std::nullopt;
  if (!text) return std::nullopt;
  boost::json::error_code error;
  const boost::json::value json = boost::json::parse(text->reveal(), error);
  if (error || !json.is_object()) return std::nullopt;
  KeptSubkeys kept;
  for (const auto& item : json.get_object()) {
    const auto octets =
        item.value().is_string() ? from_hex(item.value().get_string()) : std::nullopt;
    SealingKey key{};
    if (!octets || octets->size() != key.size()) return std::nullopt;
    std::ranges::copy(*octets, key.begin());
    kept.emplace(std::string(item.key()), key);
  }
  return kept;
}

}  // namespace postern::core
