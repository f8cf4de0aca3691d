#include "core/access/radsec_settings.h"

#include <algorithm>

#include "core/access/compile_radius_provider.h"
#include "core/hex.h"

namespace postern::core {
namespace {

namespace json = boost::json;

constexpr std::string_view kFingerprint = "sha256:";
constexpr std::string_view kHex = "hex:";
constexpr std::size_t kMaxName = 512;
constexpr std::size_t kMaxIdentity = 128;
constexpr std::size_t kMaxKey = 256;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view text_of(const json::value& value) noexcept {
  const auto* text = value.if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

std::optional<std::string> read_clients(const json::value& value, RadsecSettings& out) {
  const auto* list = value.if_array();
  if (list == nullptr) return "postern.radsec.clients must be a list of names";
  for (const json::value& item : *list) {
    std::string name = normal_radsec_client(text_of(item));
    if (name.empty()) {
      return "postern.radsec.clients: " + std::string(text_of(item)) +
             " is neither a name, dns:, cn:, uri: nor sha256: and 64 hexadecimal digits";
    }
    out.clients.push_back(std::move(name));
  }
  return std::nullopt;
}

std::optional<std::string> read_keys(const json::value& value, RadsecSettings& out) {
  const auto* map = value.if_object();
  if (map == nullptr) return "postern.radsec.psk must be a map from identities to keys";
  for (const json::key_value_pair& item : *map) {
    RadsecKey key{std::string(item.key().data(), item.key().size()), {}};
    const std::string_view text = text_of(item.value());
    if (key.identity.empty() || key.identity.size() > kMaxIdentity) {
      return "postern.radsec.psk: an identity has 1 to 128 octets";
    }
    if (text.starts_with(kSealedPrefix)) {
      const auto blob = from_hex(text.substr(kSealedPrefix.size()));
      if (!blob) return "postern.radsec.psk: a sealed key cannot be read";
      key.sealed = *blob;
    } else if (!radsec_key_octets(text)) {
      return "postern.radsec.psk: the key of " + key.identity +
             " must have at least 16 octets, as text or as hex:...";
    }
    out.keys.push_back(std::move(key));
  }
  return std::nullopt;
}

}  // namespace

std::string normal_radsec_client(std::string_view text) {
  if (text.empty() || text.size() > kMaxName) return {};
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  if (!out.starts_with(kFingerprint)) return out;
  out.erase(std::remove(out.begin() + kFingerprint.size(), out.end(), ':'), out.end());
  const auto octets = from_hex(std::string_view(out).substr(kFingerprint.size()));
  return octets && octets->size() == 32 ? out : std::string();
}

std::optional<std::string> radsec_key_octets(std::string_view text) {
  std::optional<std::string> octets =
      text.starts_with(kHex) ? from_hex(text.substr(kHex.size())) : std::string(text);
  if (!octets || octets->size() < kMinRadsecKey || octets->size() > kMaxKey) return std::nullopt;
  return octets;
}

ParsedRadsec parse_radsec_settings(const json::value& value) {
  ParsedRadsec out;
  const auto* map = value.if_object();
  if (map == nullptr) {
    out.problem = "postern.radsec must be a map with clients, psk or both";
    return out;
  }
  for (const json::key_value_pair& item : *map) {
    const std::string_view key(item.key().data(), item.key().size());
    if (key == "clients") {
      out.problem = read_clients(item.value(), out.settings);
    } else if (key == "psk") {
      out.problem = read_keys(item.value(), out.settings);
    } else {
      out.problem = "postern.radsec." + std::string(key) + " is unknown; allowed are clients, psk";
    }
    if (out.problem) {
      out.settings = {};
      break;
    }
  }
  return out;
}

}  // namespace postern::core
