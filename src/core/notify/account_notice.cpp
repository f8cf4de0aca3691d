#include "core/notify/account_notice.h"

#include "core/access/stored_fields.h"
#include "core/credentials/network_password.h"
#include "core/flow/stages/mail_text.h"
#include "core/login_effects.h"
#include "core/mail_address.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

using What = AccountChange::What;

constexpr std::size_t kMostName = 100;

bool is_device(std::string_view model) noexcept {
  return model.starts_with("authentik_stages_authenticator_") && model.ends_with("device");
}

std::optional<Object> one_of(Store& store, const Model& model, std::string_view field,
                             const Value& value) {
  ListQuery query;
  query.equals[field] = value;
  query.limit = 1;
  query.links = false;
  auto found = store.list(model, query);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

// Whom the change is about: as the context says, else who has made it.
UserId owner_in(const Event& event) { return integer_of(event.context, "user", event.user); }

std::optional<AccountChange> password_change(Store& store, const Event& event) {
  if (flag_of(event.context, "new_user", false)) return std::nullopt;
  UserId user = owner_in(event);
  const Value* pk = event.context.if_contains("pk");
  const std::string name = text_of(event.context, "name");
  if (pk != nullptr && pk->is_int64()) {
    user = pk->get_int64();
  } else if (!event.context.contains("user") && !name.empty()) {
    const auto found = one_of(store, user_model(), "username", Value(name));
    if (!found) return std::nullopt;
    user = integer_of(*found, "pk", 0);
  }
  const bool own = event.user == user && !event.context.contains("impersonated_by");
  return AccountChange{own ? What::password_changed : What::password_set, user, {}};
}

std::optional<AccountChange> device_change(Store& store, const Event& event,
                                           std::string_view model) {
  const bool added = event.action == "model_created";
  if (!added && event.action != "model_deleted") return std::nullopt;
  AccountChange change{added ? What::device_added : What::device_removed, owner_in(event), {}};
  const Value* pk = event.context.if_contains("pk");
  const Model* known = find_model(model);
  if (added && pk != nullptr && known != nullptr) {
    if (const auto device = one_of(store, *known, "pk", *pk))
      change.name = text_of(*device, "name");
  } else if (!added) {
    change.name = text_of(event.context, "name");
  }
  return change;
}

std::optional<AccountChange> key_change(Store& store, const Event& event) {
  const std::string name = text_of(event.context, "name");
  const Value* pk = event.context.if_contains("pk");
  const auto token = pk != nullptr ? one_of(store, token_model(), "pk", *pk)
                                   : one_of(store, token_model(), "identifier", Value(name));
  if (!token) {
    // A network password goes by the name of its device.
    if (!event.context.contains("user")) return std::nullopt;
    return AccountChange{What::key_made, owner_in(event), name};
  }
  const std::string intent = text_of(*token, "intent");
  if (intent != "api" && intent != "app_password" && intent != kNetworkPassword) {
    return std::nullopt;
  }
  const std::string description =
      intent == kNetworkPassword ? text_of(*token, "description") : std::string();
  return AccountChange{What::key_made, integer_of(*token, "user", 0),
                       description.empty() ? text_of(*token, "identifier") : description};
}

std::string_view sentence(What what) noexcept {
  switch (what) {
    case What::password_changed:
      return "Your password was changed.";
    case What::password_set:
      return "An administrator has set your password.";
    case What::device_added:
      return "A device for signing in was added to your account.";
    case What::device_removed:
      return "A device for signing in was removed from your account.";
    case What::key_made:
      return "A password or token for apps was made for your account.";
    case What::recovery_key_used:
      return "A recovery key was used to sign in to your account.";
  }
  return {};
}

std::string brand_title(Store& store) {
  for (const Object& brand : store.list(*find_model("authentik_brands.brand"), {})) {
    if (std::string title = text_of(brand, "branding_title"); !title.empty()) return title;
  }
  return "postern";
}

}  // namespace

const std::vector<std::string>& account_change_actions() {
  static const std::vector<std::string> kActions{"password_set", "model_created", "model_deleted",
                                                 "secret_rotate", "custom_recovery_key_used"};
  return kActions;
}

std::optional<AccountChange> account_change(Store& store, const Event& event) {
  if (event.action == "password_set") return password_change(store, event);
  if (event.action == "custom_recovery_key_used") {
    return AccountChange{What::recovery_key_used, event.user, {}};
  }
  const std::string model = text_of(event.context, "model");
  if (is_device(model)) return device_change(store, event, model);
  const bool made = event.action == "model_created" || event.action == "secret_rotate";
  if (made && model == token_model().name) return key_change(store, event);
  return std::nullopt;
}

std::optional<Mail> account_notice(Store& store, const Event& event, const AccountChange& change) {
  const auto user = change.user == 0 ? std::nullopt : store.load_user(change.user);
  if (!user || !user->is_active || !is_mail_address(user->email)) return std::nullopt;
  AccountMail values;
  const std::string brand = brand_title(store);
  const std::string name = printable(change.name, kMostName);
  const std::string when = time_text(event.created).substr(0, 16) + " UTC";
  values.brand = brand;
  values.username = user->username;
  values.what = sentence(change.what);
  values.name = name;
  values.when = when;
  values.address = event.client_ip;
  Mail mail = account_mail(language_of(user->attributes), values);
  mail.to = user->email;
  return mail;
}

}  // namespace postern::core
