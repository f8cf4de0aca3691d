#include "core/objects/radius_provider_hook.h"

#include <algorithm>
#include <array>

#include "core/access/compile_radius_provider.h"
#include "core/access/network.h"
#include "core/credentials/split.h"
#include "core/hex.h"
#include "core/uuid.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxSecret = 1024;
constexpr std::size_t kGeneratedOctets = 16;
constexpr std::size_t kMaxSecrets = 16;
constexpr std::size_t kMaxNasIdentifier = 253;

using Words = std::span<const std::string_view>;
constexpr std::array<std::string_view, 3> kInlineCode{"off", "optional", "required"};
constexpr std::array<std::string_view, 3> kOtp{"append", "challenge", "auto"};
constexpr std::array<std::string_view, 2> kMac{"if-present", "required"};

std::string_view text_of(const Value& value) noexcept {
  const auto* text = value.if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

Outcome<Done> one_of(std::string_view key, const Value& value, Words allowed) {
  // YAML 1.1 writers turn a bare `off` into false.
  const bool is_off = value.is_bool() && !value.get_bool();
  if (std::ranges::find(allowed, is_off ? std::string_view("off") : text_of(value)) !=
      allowed.end()) {
    return Done{};
  }
  std::string list;
  for (const std::string_view word : allowed) {
    if (!list.empty()) list += ", ";
    list += word;
  }
  return invalid_field("attributes", "postern." + std::string(key) + " must be one of " + list);
}

std::string sealed(const HookContext& context, std::string_view secret) {
  return to_hex(context.tools.sealer.seal(secret, kSharedSecretContext));
}

std::optional<Secret> opened(const HookContext& context, std::string_view hex) {
  const auto blob = from_hex(hex);
  return blob ? context.tools.sealer.unseal(*blob, kSharedSecretContext) : std::nullopt;
}

// RFC 2865 3: a shared secret is not empty.
bool fits_as_secret(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxSecret;
}

// The map at attributes.postern of a row, if there is one.
const Object* own_settings(const Object& row) {
  const auto* attributes = row.if_contains("attributes");
  const auto* map = attributes == nullptr ? nullptr : attributes->if_object();
  const auto* own = map == nullptr ? nullptr : map->if_contains("postern");
  return own == nullptr ? nullptr : own->if_object();
}

const Object* stored_settings(const HookContext& context) {
  return context.stored == nullptr ? nullptr : own_settings(*context.stored);
}

// The stored blob of the same secret, so that writing it again changes nothing.
std::optional<std::string> stored_blob(const HookContext& context, std::string_view secret) {
  const Object* settings = stored_settings(context);
  const auto* list = settings == nullptr ? nullptr : settings->if_contains("secrets");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  for (const Value& item : list->get_array()) {
    const std::string_view text = text_of(item);
    if (!text.starts_with(kSealedPrefix)) continue;
    const auto plain = opened(context, text.substr(kSealedPrefix.size()));
    if (plain && plain->equal(secret)) return std::string(text);
  }
  return std::nullopt;
}

// A text that is kept sealed; the blob stays when it is the same text again.
Outcome<Done> seal_one(const HookContext& context, std::string_view key, Value& value) {
  const std::string secret(text_of(value));
  if (secret.starts_with(kSealedPrefix)) {
    if (opened(context, std::string_view(secret).substr(kSealedPrefix.size()))) return Done{};
    return invalid_field("attributes",
                         "postern." + std::string(key) + " is a sealed secret of another server");
  }
  if (!fits_as_secret(secret)) {
    return invalid_field("attributes",
                         "postern." + std::string(key) + " must be text of 1 to 1024 octets");
  }
  const Object* settings = stored_settings(context);
  const auto* kept = settings == nullptr ? nullptr : settings->if_contains(key);
  const std::string_view blob = kept == nullptr ? std::string_view() : text_of(*kept);
  const auto plain = blob.starts_with(kSealedPrefix)
                         ? opened(context, blob.substr(kSealedPrefix.size()))
                         : std::nullopt;
  value = plain && plain->equal(secret) ? std::string(blob)
                                        : std::string(kSealedPrefix) + sealed(context, secret);
  return Done{};
}

Outcome<Done> is_flag(std::string_view key, const Value& value) {
  if (value.is_bool()) return Done{};
  return invalid_field("attributes", "postern." + std::string(key) + " must be true or false");
}

Outcome<Done> is_number(std::string_view key, const Value& value, std::int64_t least,
                        std::int64_t most) {
  const auto* number = value.if_int64();
  if (number != nullptr && *number >= least && *number <= most) return Done{};
  return invalid_field("attributes", "postern." + std::string(key) + " must be a number from " +
                                         std::to_string(least) + " to " + std::to_string(most));
}

Outcome<Done> seal_secrets(const HookContext& context, Value& value) {
  auto* list = value.if_array();
  if (list == nullptr || list->size() > kMaxSecrets) {
    return invalid_field("attributes", "postern.secrets must be a list of at most 16 texts");
  }
  for (Value& item : *list) {
    const std::string secret(text_of(item));
    if (secret.starts_with(kSealedPrefix)) {
      // What was read back: it stays, if it is one of ours.
      if (opened(context, std::string_view(secret).substr(kSealedPrefix.size()))) continue;
      return invalid_field("attributes", "postern.secrets holds a sealed secret of another server");
    }
    if (!fits_as_secret(secret)) {
      return invalid_field("attributes",
                           "each of postern.secrets must be text of 1 to 1024 octets");
    }
    if (auto blob = stored_blob(context, secret)) {
      item = *blob;
    } else {
      item = std::string(kSealedPrefix) + sealed(context, secret);
    }
  }
  return Done{};
}

// The stored key of the same identity, if it is the same key.
std::optional<std::string> stored_key(const HookContext& context, std::string_view identity,
                                      std::string_view octets) {
  const Object* settings = stored_settings(context);
  const auto* radsec = settings == nullptr ? nullptr : settings->if_contains("radsec");
  const auto* keys =
      radsec == nullptr || !radsec->is_object() ? nullptr : radsec->get_object().if_contains("psk");
  if (keys == nullptr || !keys->is_object()) return std::nullopt;
  const auto* item = keys->get_object().if_contains(identity);
  if (item == nullptr || !text_of(*item).starts_with(kSealedPrefix)) return std::nullopt;
  const auto blob = from_hex(text_of(*item).substr(kSealedPrefix.size()));
  const auto plain = blob ? context.tools.sealer.unseal(*blob, kRadsecKeyContext) : std::nullopt;
  return plain && plain->equal(octets) ? std::optional(std::string(text_of(*item))) : std::nullopt;
}

Outcome<Done> settle_radsec(const HookContext& context, Value& value) {
  if (auto parsed = parse_radsec_settings(value); parsed.problem) {
    return invalid_field("attributes", *parsed.problem);
  }
  auto* keys = value.get_object().if_contains("psk");
  if (keys == nullptr) return Done{};
  for (auto& item : keys->get_object()) {
    const std::string text(text_of(item.value()));
    const std::string_view identity(item.key().data(), item.key().size());
    if (text.starts_with(kSealedPrefix)) {
      const auto blob = from_hex(std::string_view(text).substr(kSealedPrefix.size()));
      if (blob && context.tools.sealer.unseal(*blob, kRadsecKeyContext)) continue;
      return invalid_field("attributes", "postern.radsec.psk holds a sealed key of another server");
    }
    const std::string octets = *radsec_key_octets(text);
    const auto same = stored_key(context, identity, octets);
    item.value() = same ? *same
                        : std::string(kSealedPrefix) +
                              to_hex(context.tools.sealer.seal(octets, kRadsecKeyContext));
  }
  return Done{};
}

Outcome<Done> check_lease(const Value& value) {
  if (parse_lease_terms(value)) return Done{};
  return invalid_field("attributes", "postern.login_lease " + std::string(kLeaseTermsWanted));
}

Outcome<Done> check_nas_identifiers(const Value& value) {
  const auto* list = value.if_array();
  const auto fits = [](const Value& item) {
    return !text_of(item).empty() && text_of(item).size() <= kMaxNasIdentifier;
  };
  if (list != nullptr && std::ranges::all_of(*list, fits)) return Done{};
  return invalid_field("attributes",
                       "postern.nas_identifiers must be a list of texts, 1 to 253 octets");
}

// Groups are kept by their pk, so that a rule follows a group that is renamed.
Outcome<Done> settle_group(const HookContext& context, Value& value) {
  const Model& model = group_model();
  const std::string_view text = text_of(value);
  if (is_uuid(text) && context.transaction.get(model, value)) return Done{};
  Object equals;
  equals["name"] = text;
  const auto found = context.transaction.find(model, equals, 1);
  if (found.empty()) {
    return invalid_field("attributes", "postern.replies: there is no group " + std::string(text));
  }
  value = found.front().at("pk");
  return Done{};
}

Outcome<Done> settle_replies(const HookContext& context, Value& value) {
  const auto parsed = parse_reply_rules(value, [](std::string_view) { return GroupNumber{0}; });
  if (parsed.problem) return invalid_field("attributes", *parsed.problem);
  for (Value& rule : value.get_array()) {
    auto* when = rule.get_object().if_contains("when");
    auto* group = when == nullptr ? nullptr : when->get_object().if_contains("group");
    if (group == nullptr) continue;
    if (!group->is_array()) {
      if (auto done = settle_group(context, *group); !done) return done;
      continue;
    }
    for (Value& one : group->get_array()) {
      if (auto done = settle_group(context, one); !done) return done;
    }
  }
  return Done{};
}

// Certificates are kept by their pk, as groups are.
Outcome<Done> settle_certificate(const HookContext& context, Value& value) {
  const Model& model = *find_model("authentik_crypto.certificatekeypair");
  const std::string_view text = text_of(value);
  if (is_uuid(text) && context.transaction.get(model, value)) return Done{};
  Object equals;
  equals["name"] = text;
  const auto found = context.transaction.find(model, equals, 1);
  if (found.empty()) {
    return invalid_field("attributes",
                         "postern.eap.client_ca: there is no certificate " + std::string(text));
  }
  value = found.front().at("pk");
  return Done{};
}

Outcome<Done> settle_eap(const HookContext& context, Value& value) {
  if (auto parsed = parse_eap_settings(value); parsed.problem) {
    return invalid_field("attributes", *parsed.problem);
  }
  auto* authorities = value.get_object().if_contains("client_ca");
  if (authorities == nullptr) return Done{};
  if (!authorities->is_array()) return settle_certificate(context, *authorities);
  for (Value& one : authorities->get_array()) {
    if (auto done = settle_certificate(context, one); !done) return done;
  }
  return Done{};
}

Outcome<Done> check_setting(const HookContext& context, std::string_view key, Value& value) {
  if (key == "inline_code") return one_of(key, value, kInlineCode);
  if (key == "otp") return one_of(key, value, kOtp);
  if (key == "message_authenticator") return one_of(key, value, kMac);
  if (key == "secrets") return seal_secrets(context, value);
  if (key == "nas_identifiers") return check_nas_identifiers(value);
  if (key == "replies") return settle_replies(context, value);
  if (key == "eap") return settle_eap(context, value);
  if (key == "radsec") return settle_radsec(context, value);
  if (key == "login_lease") return check_lease(value);
  if (key == "session_class" || key == "disconnect") return is_flag(key, value);
  if (key == "simultaneous_use") return is_number(key, value, 0, 1000);
  if (key == "coa_port") return is_number(key, value, 1, 65535);
  if (key == "coa_secret") return seal_one(context, key, value);
  if (key == "separator") {
    if (value.is_string() && is_separator(text_of(value))) return Done{};
    return invalid_field("attributes", "postern.separator must be one of ; , : # + or empty");
  }
  return invalid_field("attributes",
                       "postern." + std::string(key) +
                           " is unknown; allowed are inline_code, separator, otp, "
                           "message_authenticator, secrets, nas_identifiers, replies, eap, radsec, "
                           "session_class, simultaneous_use, disconnect, coa_port, "
                           "coa_secret, login_lease");
}

Outcome<Done> check_settings(const HookContext& context, Object& fields) {
  auto* attributes = fields.if_contains("attributes");
  auto* own = attributes == nullptr ? nullptr : attributes->get_object().if_contains("postern");
  if (own == nullptr || own->is_null()) return Done{};
  if (!own->is_object()) return invalid_field("attributes", "postern must be a map");
  for (auto& item : own->get_object()) {
    const std::string_view key(item.key().data(), item.key().size());
    if (auto fits = check_setting(context, key, item.value()); !fits) return fits;
  }
  return Done{};
}

Outcome<Done> check_networks(const Object& fields) {
  const auto* networks = fields.if_contains("client_networks");
  if (networks == nullptr) return Done{};
  std::string_view wrong;
  const auto parsed = parse_networks(text_of(*networks), wrong);
  if (parsed && !parsed->empty()) return Done{};
  return invalid_field("client_networks", parsed ? std::string("must name at least one network")
                                                 : std::string(wrong) +
                                                       " is not a network such as 192.0.2.0/24 or "
                                                       "2001:db8::/32");
}

Outcome<Done> seal_shared_secret(const HookContext& context, Object& fields) {
  std::optional<Secret> secret;
  if (const auto* given = fields.if_contains("shared_secret")) {
    if (given->is_string()) secret.emplace(text_of(*given));
    fields.erase("shared_secret");
  }
  if (secret && !fits_as_secret(secret->reveal())) {
    return invalid_field("shared_secret", "must have 1 to 1024 octets");
  }
  if (!secret) {
    if (context.stored != nullptr) return Done{};
    std::array<std::uint8_t, kGeneratedOctets> octets{};
    context.tools.random.fill(octets);
    secret.emplace(to_hex({reinterpret_cast<const char*>(octets.data()), octets.size()}));
    context.generated = secret;
  }
  if (context.stored != nullptr) {
    const auto* old = context.stored->if_contains("sealed_secret");
    const auto plain = old == nullptr ? std::nullopt : opened(context, text_of(*old));
    if (plain && plain->equal(secret->reveal())) return Done{};
  }
  fields["sealed_secret"] = sealed(context, secret->reveal());
  return Done{};
}

// What is written, else what is stored.
const Object* current_settings(const HookContext& context, const Object& fields) {
  return fields.contains("attributes") ? own_settings(fields) : stored_settings(context);
}

bool is_shared_secret(const HookContext& context, const Object& fields, const Object& settings,
                      std::string_view octets) {
  const auto same = [&](std::string_view hex) {
    const auto plain = opened(context, hex);
    return plain && plain->equal(octets);
  };
  const Object& row =
      fields.contains("sealed_secret") || context.stored == nullptr ? fields : *context.stored;
  const auto* blob = row.if_contains("sealed_secret");
  if (blob != nullptr && same(text_of(*blob))) return true;
  const auto* more = settings.if_contains("secrets");
  if (more == nullptr || !more->is_array()) return false;
  return std::ranges::any_of(more->get_array(), [&](const Value& item) {
    const std::string_view text = text_of(item);
    return text.starts_with(kSealedPrefix) && same(text.substr(kSealedPrefix.size()));
  });
}

// radiusdtls-bis 7.7: what UDP betrays must not open TLS.
Outcome<Done> check_keys_are_no_secrets(const HookContext& context, const Object& fields) {
  const Object* settings = current_settings(context, fields);
  const auto* radsec = settings == nullptr ? nullptr : settings->if_contains("radsec");
  const auto* keys =
      radsec == nullptr || !radsec->is_object() ? nullptr : radsec->get_object().if_contains("psk");
  if (keys == nullptr || !keys->is_object()) return Done{};
  for (const auto& item : keys->get_object()) {
    const std::string_view text = text_of(item.value());
    if (!text.starts_with(kSealedPrefix)) continue;
    const auto blob = from_hex(text.substr(kSealedPrefix.size()));
    const auto key = blob ? context.tools.sealer.unseal(*blob, kRadsecKeyContext) : std::nullopt;
    if (!key || !is_shared_secret(context, fields, *settings, key->reveal())) continue;
    return invalid_field("attributes", "postern.radsec.psk: the key of " + std::string(item.key()) +
                                           " is a shared secret of this provider, too");
  }
  return Done{};
}

}  // namespace

Outcome<Done> radius_provider_hook(const HookContext& context, Object& fields) {
  if (auto fits = check_networks(fields); !fits) return fits;
  if (auto fits = check_settings(context, fields); !fits) return fits;
  if (auto done = seal_shared_secret(context, fields); !done) return done;
  return check_keys_are_no_secrets(context, fields);
}

}  // namespace postern::core
