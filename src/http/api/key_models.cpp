// stages/authenticator/webauthn_device_types/: models of keys that are known by name. Others may be
// named by their AAGUID all the same.

#include "http/api/key_models.h"

#include "core/ascii.h"
#include "core/webauthn/known_models.h"
#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::KeyModel;
using core::Object;

constexpr std::string_view kView =
    "authentik_stages_authenticator_webauthn.view_authenticatorwebauthnstage";

Object shown(const KeyModel& model) {
  return {{"aaguid", model.aaguid}, {"description", model.name}};
}

bool asked_for(const Context& context, std::string_view parameter, std::string_view value) {
  const std::string* wanted = context.query.find(parameter);
  return wanted == nullptr || wanted->empty() || *wanted == value;
}

Response list_models(Context& context) {
  if (!may(context, kView)) return not_permitted();
  const std::string* given = context.query.find("search");
  const std::string search = given == nullptr ? std::string() : core::ascii_lowered(*given);
  boost::json::array out;
  for (const KeyModel& model : core::key_models()) {
    const bool found = core::ascii_lowered(model.name).find(search) != std::string::npos ||
                       model.aaguid.find(search) != std::string_view::npos;
    if (found && asked_for(context, "aaguid", model.aaguid) &&
        asked_for(context, "description", model.name)) {
      out.push_back(shown(model));
    }
  }
  return page_from(context, out);
}

Response read_model(Context& context) {
  if (!may(context, kView)) return not_permitted();
  for (const KeyModel& model : core::key_models()) {
    if (model.aaguid == context.param("key")) return json_response(200, shown(model));
  }
  return detail(404, "Not found.");
}

}  // namespace

core::Value show_key_models(const core::Value& aaguids) {
  boost::json::array out;
  for (const core::Value& one : aaguids.as_array()) {
    const std::string_view aaguid = one.as_string();
    const std::string_view name = core::key_model_name(aaguid);
    out.push_back(shown({aaguid, name.empty() ? aaguid : name}));
  }
  return out;
}

void add_key_models(Router& router) {
  const std::string base = "/api/v3/stages/authenticator/webauthn_device_types/";
  router.add("GET", base, Door::user, &list_models);
  router.add("GET", base + "{key:uuid}/", Door::user, &read_model);
}

}  // namespace postern::http
