#include "core/flow/device_proof.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/access/stored_fields.h"
#include "core/hex.h"

namespace postern::core {
namespace {

constexpr std::string_view kProof = "device proof";
constexpr std::string_view kKnown = "known device";
constexpr std::size_t kLongest = 2048;

std::string sealed(const Sealer& sealer, const boost::json::object& json, std::string_view place) {
  return to_hex(sealer.seal(boost::json::serialize(json), place));
}

std::optional<boost::json::object> opened(const Sealer& sealer, std::string_view text,
                                          std::string_view place) {
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  const auto octets = from_hex(text);
  const auto plain = octets ? sealer.unseal(*octets, place) : std::nullopt;
  if (!plain) return std::nullopt;
  boost::system::error_code error;
  boost::json::value json = boost::json::parse(plain->reveal(), error);
  if (error || !json.is_object()) return std::nullopt;
  return std::move(json.get_object());
}

}  // namespace

std::string device_proof_text(const Sealer& sealer, const DeviceProof& proof) {
  return sealed(sealer,
                {{"stage", proof.stage},
                 {"device", proof.device},
                 {"user", proof.user},
                 {"generation", static_cast<std::int64_t>(proof.generation)},
                 {"made", proof.made}},
                kProof);
}

std::optional<DeviceProof> read_device_proof(const Sealer& sealer, std::string_view text) {
  const auto json = opened(sealer, text, kProof);
  if (!json) return std::nullopt;
  DeviceProof proof;
  proof.stage = text_of(*json, "stage");
  proof.device = text_of(*json, "device");
  proof.user = integer_of(*json, "user", 0);
  proof.generation = static_cast<std::uint64_t>(integer_of(*json, "generation", 0));
  proof.made = integer_of(*json, "made", 0);
  if (proof.stage.empty() || proof.device.empty() || proof.user == 0) return std::nullopt;
  return proof;
}

std::string known_device_text(const Sealer& sealer, std::string_view user, WallMs until) {
  return sealed(sealer, {{"user", user}, {"until", until}}, kKnown);
}

bool knows_device(const Sealer& sealer, std::string_view text, std::string_view user, WallMs now) {
  const auto json = opened(sealer, text, kKnown);
  return json && !user.empty() && text_of(*json, "user") == user &&
         now < integer_of(*json, "until", 0);
}

}  // namespace postern::core
