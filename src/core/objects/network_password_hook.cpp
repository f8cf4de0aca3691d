#include "core/objects/network_password_hook.h"

#include <string>

#include "core/credentials/app_password.h"
#include "core/credentials/network_password.h"
#include "core/hex.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxDevice = 150;

// The field as it will be after this write.
const Value* effective(const HookContext& context, const Object& fields, std::string_view name) {
  const Value* value = fields.if_contains(name);
  if (value == nullptr && context.stored != nullptr) value = context.stored->if_contains(name);
  return value;
}

std::string_view text_of(const Value* value) noexcept {
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

// One network password per user and device.
Outcome<Done> check_device(const HookContext& context, const Object& fields) {
  const std::string_view device = text_of(effective(context, fields, "description"));
  if (device.empty() || device.size() > kMaxDevice) {
    return invalid_field("description", "names the device: 1 to 150 octets");
  }
  const Value* user = effective(context, fields, "user");
  const Value* own = effective(context, fields, "pk");
  const Object same{{"intent", kNetworkPassword}, {"user", *user}, {"description", device}};
  for (const Object& other : context.transaction.find(token_model(), same)) {
    if (own != nullptr && other.at("pk") == *own) continue;
    return Error{Error::Kind::conflict, "description",
                 "this user has a network password for the device " + std::string(device) +
                     " already; delete it first"};
  }
  return Done{};
}

void store_key(const HookContext& context, const Secret& key, std::string_view verifier,
               Object& fields) {
  const std::string pk(text_of(effective(context, fields, "pk")));
  fields["verifier"] = verifier;
  fields["key_id"] = nullptr;
  fields["sealed_key"] = to_hex(seal_network_password(context.tools.sealer, key.reveal(), pk));
}

}  // namespace

bool is_network_password(const HookContext& context, const Object& fields) {
  return text_of(effective(context, fields, "intent")) == kNetworkPassword ||
         (context.stored != nullptr &&
          text_of(context.stored->if_contains("intent")) == kNetworkPassword);
}

Outcome<Done> network_password_hook(const HookContext& context, const std::optional<Secret>& key,
                                    Object& fields) {
  const bool creating = context.stored == nullptr;
  if (!creating && text_of(effective(context, fields, "intent")) !=
                       text_of(context.stored->if_contains("intent"))) {
    return invalid_field("intent",
                         "of a network password cannot change; delete it and add another");
  }
  if (auto device = check_device(context, fields); !device) return device;
  if (key) {
    if (!is_network_password_text(key->reveal())) {
      return invalid_field("key", "must be 20 to 128 printable ASCII characters without spaces");
    }
    const std::string verifier = to_hex(key_verifier(key->reveal()));
    if (!creating && text_of(context.stored->if_contains("verifier")) == verifier) return Done{};
    store_key(context, *key, verifier, fields);
  } else if (creating) {
    Secret made = make_network_password(context.tools.random);
    store_key(context, made, to_hex(key_verifier(made.reveal())), fields);
    context.generated = std::move(made);
  }
  return Done{};
}

}  // namespace postern::core
