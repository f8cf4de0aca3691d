// authenticators/*: the devices that give codes: one's own, and for administrators everybody's. The
// API knows them by number; ours is the first 48 bits of their UUID.

#include <array>
#include <charconv>

#include "core/device_number.h"
#include "core/model/time_text.h"
#include "core/webauthn/known_models.h"
#include "http/api/objects_in_one.h"
#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

struct Kind {
  std::string_view path;   // "totp"
  std::string_view model;  // of ours
  std::string_view type;   // authentik's name of the class
  std::string_view name, plural;
};
constexpr std::array<Kind, 6> kKinds{
    {{"duo", "authentik_stages_authenticator_duo.duodevice",
      "authentik_stages_authenticator_duo.DuoDevice", "Duo Device", "Duo Devices"},
     {"email", "authentik_stages_authenticator_email.emaildevice",
      "authentik_stages_authenticator_email.EmailDevice", "Email Device", "Email Devices"},
     {"sms", "authentik_stages_authenticator_sms.smsdevice",
      "authentik_stages_authenticator_sms.SMSDevice", "SMS Device", "SMS Devices"},
     {"webauthn", "authentik_stages_authenticator_webauthn.webauthndevice",
      "authentik_stages_authenticator_webauthn.WebAuthnDevice", "WebAuthn Device",
      "WebAuthn Devices"},
     {"static", "authentik_stages_authenticator_static.staticdevice",
      "authentik_stages_authenticator_static.StaticDevice", "Static Device", "Static Devices"},
     {"totp", "authentik_stages_authenticator_totp.totpdevice",
      "authentik_stages_authenticator_totp.TOTPDevice", "TOTP Device", "TOTP Devices"}}};

Value when(const Object& device, std::string_view field) {
  const Value& value = device.at(field);
  return value.is_int64() ? Value(core::time_text(value.get_int64())) : Value(nullptr);
}

// Which model of key it says it is; one that says nothing is of no type.
Value device_type(const Object& device) {
  const std::string_view aaguid = device.at("aaguid").as_string();
  const std::string_view name = core::key_model_name(aaguid);
  if (name.empty()) return nullptr;
  return Object{{"aaguid", aaguid}, {"description", name}};
}

Value extra_description(const Kind& kind, const Object& device) {
  if (kind.path == "email") return device.at("email");
  if (kind.path == "sms") return device.at("phone_number");
  const std::string_view model = kind.path == "webauthn"
                                     ? core::key_model_name(device.at("aaguid").as_string())
                                     : std::string_view();
  return model.empty() ? Value(nullptr) : Value(model);
}

Object device_json(Showing& showing, const Kind& kind, const Object& device) {
  Object out{{"pk", core::device_number(device.at("pk").as_string())},
             {"name", device.at("name")},
             {"user", show_partial_user(showing, device)}};
  if (kind.path == "email") out["email"] = device.at("email");
  if (kind.path == "sms") out["phone_number"] = device.at("phone_number");
  if (kind.path == "webauthn") {
    out["created_on"] = when(device, "created");
    out["device_type"] = device_type(device);
    out["aaguid"] = device.at("aaguid");
  }
  // Codes are kept as hashes: how many are left is all that can be told.
  if (kind.path == "static") {
    boost::json::array codes;
    core::ListQuery query;
    query.equals["device"] = device.at("pk");
    query.equals["used"] = nullptr;
    query.limit = 1000;
    for (const Object& code : showing.context.services.store.list(
             *core::find_model("authentik_stages_authenticator_static.statictoken"), query)) {
      codes.push_back(Object{
          {"token", std::string(static_cast<std::size_t>(code.at("length").as_int64()), '*')}});
    }
    out["token_set"] = std::move(codes);
  }
  return out;
}

Object summary(const Kind& kind, const Object& device) {
  Value used = when(device, "last_used");
  Value created = when(device, "created");
  return {{"verbose_name", kind.name},
          {"verbose_name_plural", kind.plural},
          {"meta_model_name", kind.model},
          {"pk", std::to_string(core::device_number(device.at("pk").as_string()))},
          {"name", device.at("name")},
          {"type", kind.type},
          {"confirmed", device.at("confirmed")},
          {"created", created},
          {"last_updated", used.is_null() ? created : used},
          {"last_used", used},
          {"extra_description", extra_description(kind, device)},
          {"external_id", nullptr}};
}

std::vector<Object> devices_of(const Context& context, const Kind& kind, bool everybody) {
  core::ListQuery query;
  query.limit = 10'000;
  query.order = "name";
  if (!everybody) query.equals["user"] = context.who.user();
  if (const std::string* name = context.query.find("name"); name != nullptr && !name->empty()) {
    query.equals["name"] = *name;
  }
  if (const std::string* search = context.query.find("search")) query.search = *search;
  return context.services.store.list(*core::find_model(kind.model), query);
}

Response list_all(Context& context, bool everybody) {
  boost::json::array out;
  const std::string* user = context.query.find("user");
  for (const Kind& kind : kKinds) {
    for (const Object& device : devices_of(context, kind, everybody)) {
      const bool wanted = !everybody || user == nullptr || user->empty() ||
                          std::to_string(device.at("user").as_int64()) == *user;
      if (wanted) out.push_back(summary(kind, device));
    }
  }
  return json_response(200, out);
}

Response list_kind(Context& context, const Kind& kind, bool everybody) {
  Showing showing(context);
  boost::json::array out;
  for (const Object& device : devices_of(context, kind, everybody)) {
    out.push_back(device_json(showing, kind, device));
  }
  return page_from(context, out);
}

std::optional<Object> find_device(const Context& context, const Kind& kind, bool everybody) {
  std::int64_t number = 0;
  const std::string_view text = context.param("key");
  std::from_chars(text.data(), text.data() + text.size(), number);
  core::ListQuery query;
  query.where.push_back({"pk", core::Where::Is::prefix, {Value(core::device_prefix(number))}});
  if (!everybody) query.equals["user"] = context.who.user();
  query.limit = 1;
  auto found = context.services.store.list(*core::find_model(kind.model), query);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Response read_device(Context& context, const Kind& kind, bool everybody) {
  const auto device = find_device(context, kind, everybody);
  if (!device) return detail(404, "Not found.");
  Showing showing(context);
  return json_response(200, device_json(showing, kind, *device));
}

Response rename_device(Context& context, const Kind& kind, bool everybody) {
  const auto device = find_device(context, kind, everybody);
  if (!device) return detail(404, "Not found.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  Object attrs;
  if (const Value* name = body->if_contains("name")) {
    if (!name->is_string() || name->get_string().empty() || name->get_string().size() > 64) {
      return field_error("name", "Ensure this field has 1 to 64 characters.");
    }
    attrs["name"] = *name;
  } else if (context.request.method == "PUT") {
    return field_error("name", "This field is required.");
  }
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    return objects.update(*core::find_model(kind.model), device->at("pk"), attrs);
  });
  if (!done) return error_response(done.error());
  return read_device(context, kind, everybody);
}

Response delete_device(Context& context, const Kind& kind, bool everybody) {
  const auto device = find_device(context, kind, everybody);
  if (!device) return detail(404, "Not found.");
  const auto done = in_one(
      context, [&](core::Transaction&, core::Objects& objects) -> core::Outcome<core::Written> {
        const auto gone = objects.erase(*core::find_model(kind.model), device->at("pk"));
        if (!gone) return gone.error();
        return core::Written{};
      });
  if (!done) return error_response(done.error());
  record_event(context, "model_deleted",
               {{"model", kind.model}, {"name", device->at("name")}, {"user", device->at("user")}});
  return no_content();
}

void add_kind(Router& router, const Kind& kind, bool everybody) {
  const Door door = everybody ? Door::superuser : Door::user;
  const std::string all = std::string("/api/v3/authenticators/") + (everybody ? "admin/" : "") +
                          std::string(kind.path) + "/";
  const std::string one = all + "{key:int}/";
  const auto add = [&](std::string_view methods, const std::string& path,
                       Response (*act)(Context&, const Kind&, bool)) {
    router.add(methods, path, door,
               [&kind, act, everybody](Context& context) { return act(context, kind, everybody); });
  };
  add("GET", all, &list_kind);
  add("GET", one, &read_device);
  add("PUT PATCH", one, &rename_device);
  add("DELETE", one, &delete_device);
  router.add("GET", one + "used_by/", door,
             [](Context&) { return json_response(200, boost::json::array()); });
}

}  // namespace

void add_devices(Router& router) {
  router.add("GET", "/api/v3/authenticators/all/", Door::user,
             [](Context& context) { return list_all(context, false); });
  router.add("GET", "/api/v3/authenticators/admin/all/", Door::superuser,
             [](Context& context) { return list_all(context, true); });
  for (const Kind& kind : kKinds) {
    add_kind(router, kind, false);
    add_kind(router, kind, true);
  }
  router.add("GET", "/api/v3/authenticators/endpoint/", Door::user,
             [](Context& context) { return page_from(context, {}); });
}

}  // namespace postern::http
