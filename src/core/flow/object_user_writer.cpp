#include "core/flow/object_user_writer.h"

#include <algorithm>
#include <array>

namespace postern::core {
namespace {

constexpr std::array<std::string_view, 4> kPlain{"username", "name", "email", "password"};
constexpr std::string_view kAttributes = "attributes.";

// "attributes.settings.locale" -> {"settings": {"locale": ...}}; a value in the way is replaced.
void set_nested(Object& attributes, std::string_view path, const Value& value) {
  Object* at = &attributes;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    Value& next = (*at)[path.substr(0, dot)];
    if (!next.is_object()) next.emplace_object();
    at = &next.get_object();
    path.remove_prefix(dot + 1);
  }
  (*at)[path] = value;
}

// authentik's rule: the user's own attribute decides, else the setting of the installation.
bool may_change(std::string_view field, const Object& user, const Object* settings) {
  const std::string key = "goauthentik.io/user/can-change-" + std::string(field);
  if (const auto* own = user.at("attributes").as_object().if_contains(key);
      own != nullptr && own->is_bool()) {
    return own->get_bool();
  }
  const std::string setting = "default_user_change_" + std::string(field);
  const auto* allowed = settings == nullptr ? nullptr : settings->if_contains(setting);
  return allowed != nullptr && allowed->is_bool() ? allowed->get_bool() : field == "name";
}

Outcome<Object> attrs_of(Transaction& transaction, const Object& user,
                         const boost::json::object& data, bool invited) {
  const auto settings = transaction.find(*find_model("authentik_tenants.tenant"), {}, 1);
  Object attrs;
  Object attributes = user.at("attributes").as_object();
  for (const auto& item : data) {
    const std::string_view key(item.key().data(), item.key().size());
    if (key.starts_with(kAttributes)) {
      set_nested(attributes, key.substr(kAttributes.size()), item.value());
      attrs["attributes"] = attributes;
      continue;
    }
    bool known = false;
    for (const std::string_view plain : kPlain) known = known || key == plain;
    if (!known) continue;
    const auto* stored = user.if_contains(key);
    if (stored != nullptr && *stored == item.value()) continue;
    if (key != "password" && !invited &&
        !may_change(key, user, settings.empty() ? nullptr : &settings.front())) {
      return Error{Error::Kind::forbidden, std::string(key),
                   "Not allowed to change " + std::string(key) + "."};
    }
    attrs[key] = item.value();
  }
  return attrs;
}

}  // namespace

Outcome<Done> ObjectUserWriter::write(UserId user, const boost::json::object& data) {
  const Model& model = user_model();
  const auto transaction = store_.begin();
  const auto stored = transaction->get(model, Value(user));
  if (!stored) return Error{Error::Kind::not_found, "", "The user is gone."};
  const bool invited = !invitation_.empty();
  if (invited && !transaction->erase(token_model(), Value(invitation_))) {
    return Error{Error::Kind::conflict, "", "This link has been used already."};
  }
  auto attrs = attrs_of(*transaction, *stored, data, invited);
  if (!attrs) return attrs.error();
  Objects objects(*transaction, tools_);
  const auto written = objects.update(model, Value(user), *attrs);
  if (!written) return written.error();
  const std::int64_t change = transaction->commit();
  invitation_.clear();
  if (change > 0) visible_(change);
  tell(attrs->contains("password") ? "password_set" : "user_write", user,
       stored->at("username").as_string(), written->changes);
  return Done{};
}

// A password is set, a name has to be there; all else is as typed.
Outcome<UserId> ObjectUserWriter::create(const NewUser& how, const boost::json::object& data) {
  const Model& model = user_model();
  const Model& invitation = *find_model("authentik_stages_invitation.invitation");
  Object attrs{{"is_active", how.active}, {"type", how.type}};
  if (!how.path.empty()) attrs["path"] = how.path;
  Object attributes;
  for (const auto& item : data) {
    const std::string_view key(item.key().data(), item.key().size());
    if (key.starts_with(kAttributes)) {
      set_nested(attributes, key.substr(kAttributes.size()), item.value());
    } else if (std::find(kPlain.begin(), kPlain.end(), key) != kPlain.end()) {
      attrs[key] = item.value();
    }
  }
  if (!attrs.contains("username")) {
    return Error{Error::Kind::invalid, "username", "No username was given."};
  }
  if (!attrs.contains("name")) attrs["name"] = "";
  if (!attributes.empty()) attrs["attributes"] = std::move(attributes);
  if (!how.group.empty()) attrs["groups"] = boost::json::array{Value(how.group)};
  const auto transaction = store_.begin();
  if (!how.spend.empty() && !transaction->erase(invitation, Value(how.spend))) {
    return Error{Error::Kind::conflict, "", "This invitation has been used already."};
  }
  Objects objects(*transaction, tools_);
  const auto written = objects.create(model, attrs);
  if (!written) return written.error();
  const std::int64_t change = transaction->commit();
  if (change > 0) visible_(change);
  const UserId user = written->pk.to_number<std::int64_t>();
  tell("model_created", user, attrs.at("username").as_string(), {});
  return user;
}

void ObjectUserWriter::tell(std::string_view action, UserId user, std::string_view name,
                            const boost::json::object& changes) {
  Event event;
  event.action = action;
  event.app = "postern.http";
  event.user = user;
  event.username = name;
  event.client_ip = client_;
  event.context["changes"] = changes;
  event.created = tools_.clock.wall();
  events_.record(std::move(event));
}

}  // namespace postern::core
