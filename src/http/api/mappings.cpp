// propertymappings/*: expressions that say what goes out, the family of them, and what one makes of
// a user. Nothing is changed or sent by a test.

#include <boost/json/serialize.hpp>

#include "core/policy/expression.h"
#include "http/api/family.h"
#include "http/api/named_resource.h"
#include "http/api/routes.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

constexpr std::chrono::seconds kTestTime{2};

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "managed"},
    {.name = "name", .required = true},
    {.name = "expression", .required = true},
};
constexpr ApiField kWebhookFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "name", .required = true},
    {.name = "expression", .required = true},
};
constexpr ApiFilter kFilters[] = {{"name", "name"},
                                  {"managed", "managed"},
                                  {"managed__isnull", "managed", ApiFilter::Op::is_null}};

constexpr std::string_view kWebhookModel = "authentik_events.notificationwebhookmapping";

constexpr Resource mapping(std::string_view path, std::string_view model,
                           std::span<const ApiField> fields, std::string_view component,
                           std::string_view name, std::string_view plural) {
  Resource out = named_resource(path, model, fields, component, name, plural);
  out.filters = kFilters;
  return out;
}

const Resource kRadius = mapping(
    "propertymappings/provider/radius", "authentik_providers_radius.radiusproviderpropertymapping",
    kFields, "ak-property-mapping-provider-radius-form", "Radius Provider Property Mapping",
    "Radius Provider Property Mappings");
// The contract shows it bare at its own address, and as one of the family there.
const Resource kWebhook =
    mapping("propertymappings/notification", kWebhookModel, kWebhookFields, {}, {}, {});
const Resource kWebhookMember =
    mapping("propertymappings/notification", kWebhookModel, kFields,
            "ak-property-mapping-notification-form", "Webhook Mapping", "Webhook Mappings");

const FamilyMember kMembers[] = {
    {&kRadius, "Gives the attributes of an Access-Accept, in Lua."},
    {&kWebhookMember, "Gives the body or the header fields of a webhook, in Lua."},
};
const Family kMappings{"propertymappings/all", Resource::Address::uuid, kFields, kMembers};

Response result_of(const core::MappingAnswer& answer, bool formatted) {
  if (!answer.error.empty()) {
    return json_response(200, Object{{"result", answer.error}, {"successful", false}});
  }
  const bool text = formatted && answer.value.is_string();
  return json_response(200, Object{{"result", text ? std::string(answer.value.get_string())
                                                   : boost::json::serialize(answer.value)},
                                   {"successful", true}});
}

Response test_mapping(Context& context) {
  const auto found = find_member(kMappings, context, Value(context.param("key")));
  if (!found) return detail(404, "Not found.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* given = body->if_contains("context");
  if (given != nullptr && !given->is_object()) {
    return field_error("context", "Value must be a dictionary.");
  }
  core::LoginRecord record;
  core::PolicyCase facts;
  const Value* user = body->if_contains("user");
  if (user != nullptr && !user->is_null()) {
    const bool known = user->is_int64() && context.services.directory.read_user(
                                               user->get_int64(), record) == core::Lookup::found;
    if (!known) return field_error("user", "Invalid pk - object does not exist.");
    facts.record = &record;
    facts.identifier = record.username;
  }
  facts.client = context.request.client;
  facts.protocol = "http";
  facts.request_id = context.request.id;
  const Object globals = given == nullptr ? Object() : given->get_object();
  const core::ExpressionTools tools{context.services.store, context.services.directory, nullptr};
  const std::string* format = context.query.find("format_result");
  return result_of(core::run_mapping(found->stored.at("expression").as_string(), facts, globals,
                                     tools, kTestTime),
                   format != nullptr && *format == "true");
}

}  // namespace

void add_mappings(Router& router) {
  add_family(router, kMappings);
  add_resource(router, kRadius);
  add_resource(router, kWebhook);
  router.add("POST", "/api/v3/propertymappings/all/{key:uuid}/test/", Door::superuser,
             &test_mapping);
}

}  // namespace postern::http
