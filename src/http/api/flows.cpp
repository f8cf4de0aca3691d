// flows/instances and flows/bindings.

#include "http/api/family.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

Value show_stages(Showing& showing, const Object& flow) {
  boost::json::array out;
  for (const Object& binding : showing.all("authentik_flows.flowstagebinding")) {
    if (binding.at("target") == flow.at("pk")) out.push_back(binding.at("stage"));
  }
  return out;
}

Value show_policies(Showing& showing, const Object& flow) {
  boost::json::array out;
  for (const Object& binding : showing.all("authentik_policies.policybinding")) {
    if (binding.at("target") == flow.at("pk") && !binding.at("policy").is_null()) {
      out.push_back(binding.at("policy"));
    }
  }
  return out;
}

Value show_export(Showing&, const Object& flow) {
  return Value("/api/v3/flows/instances/" + std::string(flow.at("slug").as_string()) + "/export/");
}

Value show_zero(Showing&, const Object&) { return 0; }

constexpr ApiField kFlowFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "policybindingmodel_ptr_id", .use = Use::read, .source = "pk"},
    {.name = "name", .required = true},
    {.name = "slug", .required = true},
    {.name = "title", .required = true},
    {.name = "designation", .required = true},
    {.name = "background"},
    {.name = "background_url", .use = Use::read, .source = "background"},
    {.name = "background_themed_urls", .use = Use::read, .show = &show_nothing},
    {.name = "stages", .use = Use::read, .show = &show_stages},
    {.name = "policies", .use = Use::read, .show = &show_policies},
    {.name = "cache_count", .use = Use::read, .show = &show_zero},
    {.name = "policy_engine_mode"},
    {.name = "compatibility_mode"},
    {.name = "export_url", .use = Use::read, .show = &show_export},
    {.name = "layout"},
    {.name = "denied_action"},
    {.name = "authentication"},
};
constexpr ApiFilter kFlowFilters[] = {
    {"flow_uuid", "pk"},
    {"name", "name"},
    {"slug", "slug"},
    {"designation", "designation"},
};
constexpr std::string_view kFlowSearch[] = {"name", "slug", "title"};

Value show_stage(Showing& showing, const Object& binding) {
  return show_member(stage_family(), showing, binding.at("stage"));
}

constexpr ApiField kBindingFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "policybindingmodel_ptr_id", .use = Use::read, .source = "pk"},
    {.name = "target", .required = true},
    {.name = "stage", .required = true},
    {.name = "stage_obj", .use = Use::read, .show = &show_stage},
    {.name = "evaluate_on_plan"},
    {.name = "re_evaluate_policies"},
    {.name = "order", .required = true},
    {.name = "policy_engine_mode"},
    {.name = "invalid_response_action"},
};
constexpr ApiFilter kBindingFilters[] = {
    {"fsb_uuid", "pk"},
    {"target", "target"},
    {"stage", "stage"},
    {"order", "order"},
    {"evaluate_on_plan", "evaluate_on_plan"},
    {"re_evaluate_policies", "re_evaluate_policies"},
    {"policy_engine_mode", "policy_engine_mode"},
    {"invalid_response_action", "invalid_response_action"},
};

Response execute(Context& context) {
  const auto flow = find_addressed(context, kFlowResource);
  if (!flow) return detail(404, "Not found.");
  return json_response(200, Object{{"link", context.services.base_url + "/if/flow/" +
                                                std::string(flow->at("slug").as_string()) + "/"}});
}

}  // namespace

Value show_flow(Showing& showing, const Value& pk) {
  const Object* flow = pk.is_null() ? nullptr : showing.related(kFlowResource.model, pk);
  return flow == nullptr ? Value(nullptr) : Value(show(kFlowResource, showing, *flow));
}

const Resource kFlowResource{
    .path = "flows/instances",
    .model = "authentik_flows.flow",
    .fields = kFlowFields,
    .filters = kFlowFilters,
    .search = kFlowSearch,
    .order = "slug",
    .address = Resource::Address::field,
    .address_field = "slug",
};
const Resource kFlowBindingResource{
    .path = "flows/bindings",
    .model = "authentik_flows.flowstagebinding",
    .fields = kBindingFields,
    .filters = kBindingFilters,
    .order = "order",
};

// A flow as a part of the stages in it.
Value show_flow_set(Showing& showing, const Object& stage) {
  constexpr std::string_view kParts[] = {"pk",
                                         "name",
                                         "slug",
                                         "title",
                                         "designation",
                                         "policy_engine_mode",
                                         "compatibility_mode",
                                         "layout",
                                         "denied_action"};
  boost::json::array out;
  for (const Object& binding : showing.all("authentik_flows.flowstagebinding")) {
    if (binding.at("stage") != stage.at("pk")) continue;
    const Object* flow = showing.related("authentik_flows.flow", binding.at("target"));
    if (flow == nullptr) continue;
    Object part;
    for (const std::string_view name : kParts) part[name] = flow->at(name);
    part["policybindingmodel_ptr_id"] = flow->at("pk");
    part["background_url"] = flow->at("background");
    part["export_url"] = show_export(showing, *flow);
    out.push_back(std::move(part));
  }
  return out;
}

void add_flows(Router& router) {
  router.add("GET", "/api/v3/flows/instances/{key:slug}/execute/", Door::superuser, &execute);
  add_resource(router, kFlowResource);
  add_resource(router, kFlowBindingResource);
}

}  // namespace postern::http
