#include "app/blueprints/references.h"

#include <algorithm>

#include "app/blueprints/scalar.h"
#include "app/config/file_error.h"
#include "app/config/nearest.h"
#include "app/config/setting_values.h"
#include "core/access/permission.h"
#include "core/uuid.h"

namespace postern::app {
namespace {

struct Family {
  std::string_view name;
  core::Key key;
  std::string_view example;  // what stands for the model in a hint
};

constexpr Family kFamilies[] = {
    {"stage", core::Key::uuid, "authentik_stages_password.passwordstage"},
    {"provider", core::Key::integer, "authentik_providers_ldap.ldapprovider"},
    {"policy", core::Key::uuid, ""},
    {"policybindingmodel", core::Key::uuid, "authentik_core.application"},
};

// Model, key and a name field of the target of a reference.
Family target_of(std::string_view target) {
  for (const Family& family : kFamilies) {
    if (family.name == target) return family;
  }
  const core::Model* model = core::find_model(target);
  return {target, model == nullptr ? core::Key::uuid : model->key, target};
}

}  // namespace

std::optional<std::string> bad_key(core::Key key, const core::Value& value) {
  if (key == core::Key::integer) {
    if (value.is_int64()) return std::nullopt;
    return "is " + in_quotes(plain_text(value)) + ", but this key is a whole number";
  }
  if (value.is_string() && core::is_uuid(value.get_string())) return std::nullopt;
  return "is " + in_quotes(plain_text(value)) + ", but this key is a UUID";
}

std::optional<std::string> bad_reference(const core::Field& field, const core::Value& value) {
  const Family target = target_of(field.target);
  if (!bad_key(target.key, value)) return std::nullopt;
  std::string out = "is " + in_quotes(plain_text(value)) + ", which is not a pk";
  if (target.example.empty()) return out;
  const core::Model* model = core::find_model(target.example);
  const std::string_view by =
      model == nullptr || model->natural.empty() ? "name" : model->natural.front();
  const std::string name = value.is_string() ? plain_text(value) : "...";
  return out + "; write !Find [" + std::string(target.example) + ", [" + std::string(by) + ", " +
         name.substr(0, 80) + "]] or !KeyOf the id of an entry above";
}

std::optional<std::string> bad_permission(const core::Value& value, const core::Model* model) {
  const std::span<const std::string_view> known(core::kPermissions);
  const auto* text = value.if_string();
  const std::string_view name = text == nullptr ? std::string_view() : std::string_view(*text);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    std::string out = "unknown permission " + in_quotes(plain_text(value)) + "; allowed here: ";
    for (std::size_t i = 0; i < known.size(); ++i) {
      out += std::string(i == 0 ? "" : ", ") + std::string(known[i]);
    }
    return out;
  }
  if (model == nullptr) return std::nullopt;
  const std::string_view app = name.substr(0, name.find('.'));
  if (model->name.substr(0, model->name.find('.')) == app) return std::nullopt;
  return "permission " + in_quotes(name) + " is not one of " + std::string(model->name) +
         "; it belongs on an object of " + std::string(app);
}

std::optional<core::Object> user_by_key(core::Transaction& transaction, const core::Model& users,
                                        const core::Value& key) {
  if (key.is_int64()) return transaction.get(users, key);
  if (!key.is_string()) return std::nullopt;
  if (const auto number = parse_whole(std::string_view(key.get_string()))) {
    return transaction.get(users, core::Value(*number));
  }
  auto named = transaction.find(users, core::Object{{"username", key}}, 1);
  if (named.empty()) return std::nullopt;
  return std::move(named.front());
}

}  // namespace postern::app
