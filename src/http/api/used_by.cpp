// GET .../used_by/: what refers to an object, so that who deletes it knows what goes with it. Found
// from the models' own references: nothing is listed by hand.

#include "http/api/routes.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Field;
using core::Model;
using core::Object;
using core::Value;

constexpr std::size_t kMost = 100;  // of one kind

bool points_at(const Field& field, const Model& model) {
  if (field.target.empty()) return false;
  if (field.target == model.name || (!model.family.empty() && field.target == model.family)) {
    return true;
  }
  return field.target == "policybindingmodel" &&
         (model.name == "authentik_core.application" || model.name == "authentik_flows.flow" ||
          model.name == "authentik_flows.flowstagebinding" ||
          model.name == "authentik_events.notificationrule");
}

std::vector<Object> holders(const Context& context, const Model& model, const Field& field,
                            const Value& pk) {
  core::ListQuery query;
  query.limit = kMost;
  if (field.type == core::Type::reference) {
    query.equals[field.name] = pk;
  } else if (field.home == core::Home::link) {
    query.where.push_back({std::string(field.name), core::Where::Is::linked, {pk}});
  } else {
    return {};
  }
  return context.services.store.list(model, query);
}

std::string name_of(const Model& model, const Object& object) {
  for (const std::string_view field : model.natural) {
    const Value* name = object.if_contains(field);
    if (name != nullptr && name->is_string()) return std::string(name->get_string());
  }
  return std::string(model.name.substr(model.name.find('.') + 1));
}

// As the schema of the store has it: references in settings, and an application's provider, are
// emptied; rows that hang on the object go with it.
std::string_view action_of(const Field& field) {
  if (field.type == core::Type::references) return "cascade_many";
  return field.home == core::Home::settings || field.target == "provider" ? "set_null" : "cascade";
}

}  // namespace

Response used_by(const Context& context, const Model& target, const Value& pk) {
  boost::json::array out;
  for (const Model* model : core::models()) {
    for (const Field& field : model->fields) {
      if (!points_at(field, target) || field.home == core::Home::virtual_) continue;
      for (const Object& holder : holders(context, *model, field, pk)) {
        const std::size_t dot = model->name.find('.');
        out.push_back(Object{{"app", model->name.substr(0, dot)},
                             {"model_name", model->name.substr(dot + 1)},
                             {"pk", pk_text(holder.at("pk"))},
                             {"name", name_of(*model, holder)},
                             {"action", action_of(field)}});
      }
    }
  }
  return json_response(200, out);
}

Response list_users_of(Context& context, const Resource& resource) {
  if (shut_out(context, resource, "view")) return not_permitted();
  const auto stored = find_addressed(context, resource);
  if (!stored) return detail(404, "Not found.");
  if (resource.rights == Resource::Rights::permitted &&
      !may_act(context, resource, "view", stored->at("pk"))) {
    return not_permitted();
  }
  return used_by(context, model_of(resource), stored->at("pk"));
}

}  // namespace postern::http
