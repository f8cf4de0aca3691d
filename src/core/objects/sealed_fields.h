#pragma once
// Secrets of stages (of SMS, Duo and captcha providers): a virtual field NAME is what people write,
// sealed_NAME what is stored. An empty text takes the secret away; the same one again changes
// nothing. Thread: as the Transaction.

#include <optional>
#include <string_view>

#include "core/objects/hooks.h"

namespace postern::core {

void seal_secrets(const Model& model, const HookContext& context, Object& fields);

// The secret NAME of a stored stage; nothing when it has none or it does not open.
std::optional<Secret> open_secret(const Sealer& sealer, const Object& stored,
                                  std::string_view name);

}  // namespace postern::core
