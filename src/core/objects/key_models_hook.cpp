#include "core/objects/key_models_hook.h"

#include "core/ascii.h"
#include "core/uuid.h"

namespace postern::core {
namespace {

constexpr std::size_t kMostModels = 500;

}  // namespace

Outcome<Done> key_models_hook(Object& fields) {
  for (const std::string_view name :
       {"device_type_restrictions", "webauthn_allowed_device_types"}) {
    Value* given = fields.if_contains(name);
    if (given == nullptr || !given->is_array()) continue;
    if (given->get_array().size() > kMostModels) {
      return invalid_field(std::string(name), "must be at most 500 models");
    }
    for (Value& one : given->get_array()) {
      const std::string_view text = one.get_string();
      if (!is_uuid(text)) {
        return invalid_field(std::string(name),
                             "must be AAGUIDs: UUIDs such as "
                             "ee882879-721c-4913-9775-3dfcce97072a");
      }
      one = ascii_lowered(text);
    }
  }
  return Done{};
}

}  // namespace postern::core
