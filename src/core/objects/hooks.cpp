#include "core/objects/hooks.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/access/network.h"
#include "core/access/permission.h"
#include "core/access/permission_list.h"
#include "core/credentials/app_password.h"
#include "core/credentials/network_password.h"
#include "core/credentials/static_code.h"
#include "core/credentials/totp.h"
#include "core/hex.h"
#include "core/objects/certificate_hook.h"
#include "core/objects/key_models_hook.h"
#include "core/objects/ldap_provider_hook.h"
#include "core/objects/network_password_hook.h"
#include "core/objects/radius_provider_hook.h"
#include "core/objects/sealed_fields.h"
#include "core/objects/transport_hook.h"
#include "core/policy/expression.h"
#include "core/policy/policy.h"
#include "core/uuid.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxName = 150;
constexpr std::size_t kMaxPassword = 1024;
constexpr std::size_t kTotpKeyOctets = 20;

// Takes a virtual text field out of `fields`; nothing when absent or null.
std::optional<Secret> take(Object& fields, std::string_view name) {
  const auto* found = fields.if_contains(name);
  if (found == nullptr) return std::nullopt;
  std::optional<Secret> text;
  if (const auto* string = found->if_string()) text.emplace(std::string_view(*string));
  fields.erase(name);
  return text;
}

bool plain_name(std::string_view name) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !name.empty() && name.size() <= kMaxName && std::ranges::none_of(name, control) &&
         name.front() != ' ' && name.back() != ' ';
}

std::optional<Error> check_name(const Object& fields, std::string_view field) {
  const auto* name = fields.if_contains(field);
  if (name == nullptr || plain_name(name->get_string())) return std::nullopt;
  return invalid_field(
      std::string(field),
      "must have 1 to 150 octets, no control characters and no space at either end");
}

std::string_view text_of(const Object* object, std::string_view field) {
  const auto* value = object == nullptr ? nullptr : object->if_contains(field);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view{};
}

// The highest start number of any LDAP provider: a number must suit all of them.
std::int64_t number_floor(Transaction& transaction, std::string_view field, std::int64_t fallback) {
  const Model* provider = find_model("authentik_providers_ldap.ldapprovider");
  std::int64_t floor = fallback;
  for (const Object& object : transaction.find(*provider, {})) {
    if (const auto* start = object.if_contains(field); start != nullptr && start->is_int64()) {
      floor = std::max(floor, start->get_int64());
    }
  }
  return floor;
}

Outcome<Done> set_password(const HookContext& context, const Secret& password, Object& fields) {
  if (password.size() > kMaxPassword)
    return invalid_field("password", "must not exceed 1024 octets");
  const std::string_view old = text_of(context.stored, "password_hash");
  if (context.options.keep_matching && !old.empty() && context.tools.hasher.verify(old, password)) {
    return Done{};
  }
  fields["password_hash"] = password.empty() ? std::string() : context.tools.hasher.hash(password);
  fields["password_change_date"] = context.tools.clock.wall();
  return Done{};
}

// What goes with a new hash, together: when, the history, and the marks that a change wipes out.
void settle_password(const HookContext& context, Object& fields) {
  const WallMs now = context.tools.clock.wall();
  if (!fields.contains("password_change_date")) fields["password_change_date"] = now;
  const std::string_view old = text_of(context.stored, "password_hash");
  if (context.stored == nullptr || old == text_of(&fields, "password_hash")) return;
  fields["password_grace_used"] = 0;
  if (!fields.contains("password_must_change")) fields["password_must_change"] = false;
  std::int64_t keep = 0;
  const Model* unique = find_model("authentik_policies_unique_password.uniquepasswordpolicy");
  for (const Object& policy : context.transaction.find(*unique, {})) {
    keep = std::max(keep, policy.at("num_historical_passwords").to_number<std::int64_t>());
  }
  if (old.empty() || keep <= 0) return;
  context.transaction.remember_password(
      context.stored->at("pk").to_number<std::int64_t>(), old, now,
      static_cast<std::size_t>(std::min<std::int64_t>(keep, kMaxRemembered)));
}

void start_user(const HookContext& context, Object& fields) {
  const WallMs now = context.tools.clock.wall();
  if (!fields.contains("uuid")) fields["uuid"] = make_uuid(context.tools.random);
  if (!fields.contains("date_joined")) fields["date_joined"] = now;
  fields["last_updated"] = now;
  if (!fields.contains("uid_number")) {
    fields["uid_number"] = context.transaction.allocate_number(
        Transaction::Numbering::uid, number_floor(context.transaction, "uid_start_number", 2000));
  }
  if (!fields.contains("gid_number")) fields["gid_number"] = fields["uid_number"];
}

std::string known_permissions() {
  std::string out;
  for (const std::string_view name : kPermissions) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

Outcome<Done> user_hook(const HookContext& context, Object& fields) {
  if (auto error = check_name(fields, "username")) return *error;
  if (const auto* email = fields.if_contains("email")) {
    const std::string_view text = email->get_string();
    const auto bad = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    if (text.size() > 254 || std::ranges::any_of(text, bad)) {
      return invalid_field("email",
                           "must have at most 254 octets, no spaces and no control characters");
    }
  }
  if (const auto* permissions = fields.if_contains("permissions")) {
    for (const Value& permission : permissions->get_array()) {
      if (find_permission(permission.get_string()) == nullptr) {
        return invalid_field("permissions",
                             "unknown permission; allowed are " + known_permissions());
      }
    }
  }
  const auto password = take(fields, "password");
  if (context.stored == nullptr) start_user(context, fields);
  if (password) {
    if (auto done = set_password(context, *password, fields); !done) return done;
  }
  if (fields.contains("password_hash")) settle_password(context, fields);
  return Done{};
}

// Walks up from the parents; a path back to the group itself would make a cycle.
bool reaches(Transaction& transaction, const boost::json::array& from, std::string_view target) {
  const Model* group = find_model("authentik_core.group");
  std::set<std::string> seen;
  std::vector<std::string> open;
  for (const Value& pk : from) open.emplace_back(pk.get_string());
  while (!open.empty()) {
    const std::string pk = std::move(open.back());
    open.pop_back();
    if (pk == target) return true;
    if (!seen.insert(pk).second) continue;
    if (const auto object = transaction.get(*group, Value(pk))) {
      for (const Value& parent : object->at("parents").as_array()) {
        open.emplace_back(parent.get_string());
      }
    }
  }
  return false;
}

Outcome<Done> group_hook(const HookContext& context, Object& fields) {
  if (auto error = check_name(fields, "name")) return *error;
  const WallMs now = context.tools.clock.wall();
  if (context.stored == nullptr) {
    if (!fields.contains("pk")) fields["pk"] = make_uuid(context.tools.random);
    if (!fields.contains("date_created")) fields["date_created"] = now;
    fields["last_updated"] = now;
    if (!fields.contains("gid_number")) {
      fields["gid_number"] = context.transaction.allocate_number(
          Transaction::Numbering::gid, number_floor(context.transaction, "gid_start_number", 4000));
    }
    return Done{};
  }
  if (const auto* parents = fields.if_contains("parents")) {
    if (reaches(context.transaction, parents->get_array(), text_of(context.stored, "pk"))) {
      return invalid_field("parents", "must not lead back to the group itself");
    }
  }
  return Done{};
}

constexpr std::int64_t kMostIdleDays = 36'500;

// Only what a login takes can be held to where it is used.
Outcome<Done> check_token_scope(const HookContext& context, const Object& fields) {
  const std::string_view given = text_of(&fields, "intent");
  const std::string_view intent = given.empty() ? text_of(context.stored, "intent") : given;
  const bool of_a_login = intent == "app_password" || intent == kNetworkPassword;
  for (const std::string_view name : {"applications", "protocols", "networks"}) {
    const auto* list = fields.if_contains(name);
    if (list != nullptr && !list->get_array().empty() && !of_a_login) {
      return invalid_field(std::string(name), "restricts app passwords only");
    }
  }
  if (const auto* networks = fields.if_contains("networks")) {
    for (const Value& network : networks->get_array()) {
      if (parse_network(network.get_string())) continue;
      return invalid_field("networks",
                           "\"" + std::string(network.get_string()) +
                               "\" is no network such as 192.0.2.0/24 or 2001:db8::/32");
    }
  }
  if (const auto* days = fields.if_contains("idle_days")) {
    if (days->get_int64() < 0 || days->get_int64() > kMostIdleDays) {
      return invalid_field("idle_days", "must be 0 (never) to 36500");
    }
    if (days->get_int64() != 0 && intent != "app_password") {
      return invalid_field("idle_days", "is for app passwords only");
    }
  }
  return Done{};
}

Outcome<Done> token_hook(const HookContext& context, Object& fields) {
  if (auto fits = check_token_scope(context, fields); !fits) return fits;
  const auto key = take(fields, "key");
  const bool creating = context.stored == nullptr;
  if (creating) {
    fields["pk"] = make_uuid(context.tools.random);
    fields["created"] = context.tools.clock.wall();
  }
  if (is_network_password(context, fields)) return network_password_hook(context, key, fields);
  if (key) {
    if (key->size() < kMinGivenKey || key->size() > kMaxPassword) {
      return invalid_field("key", "must have 20 to 1024 octets");
    }
    const std::string verifier = to_hex(key_verifier(key->reveal()));
    if (text_of(context.stored, "verifier") == verifier) return Done{};
    fields["verifier"] = verifier;
    if (has_key_shape(key->reveal())) {
      fields["key_id"] = key_id_of(key->reveal());
    } else {
      fields["key_id"] = nullptr;
    }
    fields["sealed_key"] = nullptr;
    return Done{};
  }
  if (!creating || fields.contains("verifier")) return Done{};
  NewKey made = make_key(context.tools.random);
  fields["verifier"] = to_hex(key_verifier(made.text.reveal()));
  fields["key_id"] = made.key_id;
  context.generated = std::move(made.text);
  return Done{};
}

Outcome<Done> check_totp_shape(const Object& fields) {
  if (const auto* digits = fields.if_contains("digits")) {
    if (*digits != 6 && *digits != 8) return invalid_field("digits", "must be 6 or 8");
  }
  if (const auto* step = fields.if_contains("step")) {
    if (step->get_int64() < 10 || step->get_int64() > 300) {
      return invalid_field("step", "must be 10 to 300 seconds");
    }
  }
  return Done{};
}

Outcome<Done> totp_hook(const HookContext& context, Object& fields) {
  const auto text = take(fields, "key");
  if (auto shape = check_totp_shape(fields); !shape) return shape;
  const bool creating = context.stored == nullptr;
  if (creating) {
    fields["pk"] = make_uuid(context.tools.random);
    fields["created"] = context.tools.clock.wall();
  }
  if (!text && !creating) return Done{};
  Secret key;
  if (text) {
    auto parsed = parse_totp_key(text->reveal());
    if (!parsed) return invalid_field("key", parsed.error().message);
    key = *std::move(parsed);
  } else {
    std::array<std::uint8_t, kTotpKeyOctets> octets{};
    context.tools.random.fill(octets);
    key = Secret({reinterpret_cast<const char*>(octets.data()), octets.size()});
    context.generated = key;
  }
  const std::string pk(creating ? text_of(&fields, "pk") : text_of(context.stored, "pk"));
  if (!creating) {
    const auto sealed = from_hex(text_of(context.stored, "sealed_key"));
    const auto old = sealed ? context.tools.sealer.unseal(*sealed, "totp:" + pk) : std::nullopt;
    if (old && old->equal(key.reveal())) return Done{};
  }
  fields["sealed_key"] = to_hex(context.tools.sealer.seal(key.reveal(), "totp:" + pk));
  fields["last_step"] = -1;
  return Done{};
}

Outcome<Done> device_hook(const HookContext& context, Object& fields) {
  if (context.stored == nullptr) {
    fields["pk"] = make_uuid(context.tools.random);
    fields["created"] = context.tools.clock.wall();
  }
  return Done{};
}

Outcome<Done> static_token_hook(const HookContext& context, Object& fields) {
  auto code = take(fields, "token");
  if (context.stored != nullptr) {
    // A code is never changed in place: a used one stays used.
    return code ? Outcome<Done>(
                      invalid_field("token", "cannot be changed; delete it and add another"))
                : Outcome<Done>(Done{});
  }
  fields["pk"] = make_uuid(context.tools.random);
  if (!code) {
    code = make_static_code(context.tools.random);
    context.generated = code;
  }
  if (!is_static_code_text(code->reveal())) {
    return invalid_field("token", "must be 6 to 100 letters and digits");
  }
  fields["verifier"] = to_hex(static_code_verifier(context.tools.sealer, code->reveal()));
  fields["length"] = static_cast<std::int64_t>(code->size());
  return Done{};
}

Outcome<Done> binding_hook(const HookContext& context, Object& fields) {
  int subjects = 0;
  for (const std::string_view name : {"policy", "group", "user"}) {
    const auto* value = fields.if_contains(name);
    if (value == nullptr && context.stored != nullptr) value = context.stored->if_contains(name);
    if (value != nullptr && !value->is_null()) ++subjects;
  }
  if (subjects != 1)
    return invalid_field("user", "exactly one of policy, group and user must be given");
  return Done{};
}

Outcome<Done> role_hook(const Object& fields) {
  if (auto error = check_name(fields, "name")) return *error;
  const auto* permissions = fields.if_contains("permissions");
  if (permissions == nullptr) return Done{};
  for (const Value& permission : permissions->get_array()) {
    if (find_permission(permission.get_string()) == nullptr) {
      return invalid_field("permissions",
                           "there is no permission " + std::string(permission.get_string()));
    }
  }
  return Done{};
}

}  // namespace

Outcome<Done> run_hook(const Model& model, const HookContext& context, Object& fields) {
  const std::string_view name = model.name;
  if (name == "authentik_core.user") return user_hook(context, fields);
  if (name == "authentik_core.group") return group_hook(context, fields);
  if (name == "authentik_core.token") return token_hook(context, fields);
  if (name == "authentik_stages_authenticator_totp.totpdevice") return totp_hook(context, fields);
  if (name == "authentik_stages_authenticator_static.staticdevice" || model.family == "device") {
    return device_hook(context, fields);
  }
  if (name == "authentik_stages_authenticator_static.statictoken") {
    return static_token_hook(context, fields);
  }
  if (name == "authentik_crypto.certificatekeypair") return certificate_hook(context, fields);
  if (name == "authentik_policies.policybinding") {
    if (auto fits = binding_hook(context, fields); !fits) return fits;
  }
  if (name == "authentik_rbac.role") {
    if (auto fits = role_hook(fields); !fits) return fits;
  }
  if (auto fits = key_models_hook(fields); !fits) return fits;
  if (fields.contains("expression")) {
    auto wrong = check_expression(text_of(&fields, "expression"));
    if (wrong) return invalid_field("expression", std::move(*wrong));
  }
  if (name == "authentik_events.notificationtransport") {
    if (auto fits = transport_hook(context, fields); !fits) return fits;
  }
  if (name == "authentik_providers_ldap.ldapprovider") {
    if (auto fits = ldap_provider_hook(context, fields); !fits) return fits;
  }
  if (name == "authentik_providers_radius.radiusprovider") {
    return radius_provider_hook(context, fields);
  }
  if (context.stored == nullptr && model.key == Key::uuid && !fields.contains("pk")) {
    fields["pk"] = make_uuid(context.tools.random);
  }
  seal_secrets(model, context, fields);
  return Done{};
}

Outcome<Object> stored_identifiers(const Model& model, const ObjectTools& tools,
                                   const Object& identifiers) {
  Object out = identifiers;
  const auto replace = [&](std::string_view field, auto verifier) -> std::optional<Error> {
    const auto text = take(out, field);
    if (!text) return invalid_field(std::string(field), "must be text");
    out["verifier"] = to_hex(verifier(text->reveal()));
    return std::nullopt;
  };
  if (model.name == "authentik_core.token" && out.contains("key")) {
    if (auto error = replace("key", [](std::string_view t) { return key_verifier(t); })) {
      return *error;
    }
  }
  if (model.name == "authentik_stages_authenticator_static.statictoken" && out.contains("token")) {
    const auto verifier = [&](std::string_view t) { return static_code_verifier(tools.sealer, t); };
    if (auto error = replace("token", verifier)) return *error;
  }
  for (const Field& field : model.fields) {
    if (field.home == Home::virtual_ && out.contains(field.name)) {
      return invalid_field(std::string(field.name), "cannot identify an object");
    }
  }
  return out;
}

}  // namespace postern::core
